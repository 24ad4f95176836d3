// Puts the page together.

const data = JSON.parse(document.getElementById("data").textContent);

for (const row of data.requirements) row.entries = [];
for (const entry of data.results) {
  const row = data.requirements[entry.row];
  row.entries.push(entry);
  entry.key = `${row.id}:${entry.type || ""}`.replace(/:$/, "");
  entry.words = `${row.id} ${entry.type || ""} ${row.title} ${entry.actual} ${entry.reason || ""} ${entry.outcome}`.toLowerCase();
}

try {
  const theme = localStorage.getItem("theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch { /* a page without storage follows the system */ }

readHash();
fill(document.getElementById("page"), {}, [
  header(), el("main", {}, bar(), todo(), results(), latency(), coverage(), documentChecks(), leaks(), events(), about()),
  el("footer", {}, el("p", { class: "note" }, "Made by kfp-conformance from the journal of the run; report.json has the same for machines, report.har the requests and answers that show what is wrong.")),
]);
apply();
if (state.open) reveal(state.open);

addEventListener("hashchange", () => {
  const before = state.open;
  readHash();
  apply();
  if (state.open && state.open !== before) reveal(state.open);
});

// On paper everything that is wrong is shown in full, as far as that helps anyone.
const PRINTED = 100;
let opened = [];
addEventListener("beforeprint", () => {
  opened = data.results.filter((entry) => WRONG.has(entry.outcome) && entry.shown && entry.item && !entry.item.open).slice(0, PRINTED);
  for (const entry of opened) { openItem(entry); entry.item.open = true; }
});
addEventListener("afterprint", () => {
  for (const entry of opened) entry.item.open = false;
});
