// The list of results with its filters.

const LEVELS = [["must-both", "MUST (both)"], ["must-spec", "MUST (spec)"], ["must-operator", "MUST (operator)"], ["should", "SHOULD"]];
const CHOICES = [["spec", "counts to spec"], ["operator", "counts to operator"], ["differ", "lenses disagree"]];
const QUIET = new Set(["pass", "unverified", "skip"]);
const LISTED = 300;
const controls = {};
let sorted = [];

function openItem(entry) {
  if (!entry.filled) {
    entry.filled = true;
    entry.item.append(detail(entry));
  }
}

function itemOf(entry) {
  if (entry.item) return entry.item;
  const row = data.requirements[entry.row];
  entry.item = el("details", { class: "result", id: `r:${entry.key}` },
    el("summary", {},
      el("span", { class: `badge ${entry.outcome}` }, entry.outcome),
      el("span", { class: "id" }, row.id),
      el("span", { class: "type" }, entry.type || ""),
      el("span", { class: "level" }, row.label),
      el("span", { class: "brief" }, entry.actual)));
  entry.item.addEventListener("toggle", () => {
    if (entry.item.open) openItem(entry);
  });
  // Only what a person opens or closes is written into the address: what the address opened may be left again before
  // the browser tells of it.
  entry.item.querySelector("summary").addEventListener("click", () => {
    if (!entry.item.open) state.open = entry.key;
    else if (state.open === entry.key) state.open = "";
    writeHash();
  });
  return entry.item;
}

// The list has as many items as somebody reads, worst first; the button under it adds more.
function list(limit = LISTED) {
  const wanted = sorted.filter((entry) => entry.shown && !isQuiet(entry));
  controls.list.replaceChildren(...wanted.slice(0, limit).map(itemOf));
  const left = wanted.length - limit;
  const quiet = sorted.filter((entry) => entry.shown).length - wanted.length;
  controls.more.hidden = left <= 0;
  controls.more.textContent = `Show ${Math.min(left, LISTED).toLocaleString("en")} more of ${wanted.length.toLocaleString("en")}`;
  controls.more.onclick = () => list(limit + LISTED);
  controls.all.hidden = quiet <= 0;
  controls.all.textContent = `Also list ${quiet.toLocaleString("en")} results that are in order or were not checked`;
}

function isQuiet(entry) {
  return QUIET.has(entry.outcome) && !FILTERED() && !state.all && state.open !== entry.key;
}

function select(name, label, options) {
  const box = el("select", { id: `filter-${name}` }, el("option", { value: "" }, "any"),
    options.map(([value, text]) => el("option", { value }, text)));
  box.addEventListener("change", () => { state[name] = box.value; changed(); });
  controls[name] = box;
  return el("label", {}, label, box);
}

function filters() {
  const counts = data.counts;
  controls.outcomes = {};
  const boxes = ORDER.filter((outcome) => counts[outcome]).map((outcome) => {
    const box = el("input", { type: "checkbox", value: outcome });
    box.addEventListener("change", () => {
      state.outcomes[box.checked ? "add" : "delete"](outcome);
      changed();
    });
    controls.outcomes[outcome] = box;
    return el("label", { class: `chip ${outcome}`, title: MEANING[outcome] }, box, outcome, el("span", { class: "number" }, String(counts[outcome])));
  });
  controls.text = el("input", { type: "search", id: "filter-text", placeholder: "id, words of the answer, type" });
  controls.text.addEventListener("input", () => { state.text = controls.text.value; changed(); });
  controls.told = el("output", { class: "told", "aria-live": "polite" });
  const clear = el("button", { type: "button", class: "plain" }, "clear");
  clear.addEventListener("click", () => {
    Object.assign(state, { lens: "", level: "", outcomes: new Set(), text: "" });
    changed();
  });
  return el("form", { class: "filters", role: "search", onsubmit: (event) => event.preventDefault() },
    el("fieldset", {}, el("legend", {}, "outcome"), boxes),
    select("lens", "lens", CHOICES), select("level", "level", LEVELS),
    el("label", { class: "text" }, "text", controls.text),
    el("p", { class: "state" }, controls.told, clear));
}

function showControls() {
  for (const [outcome, box] of Object.entries(controls.outcomes)) box.checked = state.outcomes.has(outcome);
  controls.lens.value = state.lens;
  controls.level.value = state.level;
  if (controls.text.value !== state.text) controls.text.value = state.text;
}

function apply() {
  let shown = 0;
  for (const entry of data.results) {
    entry.shown = matches(entry);
    if (entry.shown) shown += 1;
  }
  list();
  controls.told.textContent = shown === data.results.length
    ? `${shown.toLocaleString("en")} results`
    : `${shown.toLocaleString("en")} of ${data.results.length.toLocaleString("en")} results`;
  filterMatrix();
  showControls();
}

function changed() {
  writeHash();
  apply();
}

function reveal(key) {
  const entry = data.results.find((one) => one.key === key);
  if (!entry) return;
  if (!entry.shown) {
    Object.assign(state, { lens: "", level: "", outcomes: new Set(), text: "" });
    apply();
  }
  state.open = key;
  if (!entry.item || !entry.item.isConnected) list(Math.max(LISTED, sorted.filter((one) => one.shown && !isQuiet(one)).indexOf(entry) + 1));
  openItem(entry);
  entry.item.open = true;
  entry.item.querySelector("summary").focus({ preventScroll: true });
  entry.item.scrollIntoView({ block: "start" });
}

function results() {
  sorted = [...data.results].sort((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome));
  controls.list = el("div", { class: "list" });
  controls.more = el("button", { type: "button", class: "plain all" });
  controls.all = el("button", { type: "button", class: "plain all" });
  controls.all.addEventListener("click", () => { state.all = true; changed(); });
  return section("results", "Results",
    el("p", { class: "note" }, "A cell of the table leads to the result. What is chosen here is in the address of this page: pass it on."),
    filters(), matrix(), controls.list, el("p", {}, controls.more, " ", controls.all));
}
