// What is shown: filters and the open result, kept in the address so that it can be passed on.

const state = { lens: "", level: "", outcomes: new Set(), text: "", open: "", all: false };

function readHash() {
  const hash = new URLSearchParams(location.hash.slice(1));
  state.lens = hash.get("lens") || "";
  state.level = hash.get("level") || "";
  state.outcomes = new Set((hash.get("outcome") || "").split(",").filter(Boolean));
  state.text = hash.get("q") || "";
  state.open = hash.get("open") || "";
  state.all = hash.has("all");
}

function hashOf(changes) {
  const now = { ...state, ...changes };
  const hash = new URLSearchParams();
  if (now.lens) hash.set("lens", now.lens);
  if (now.level) hash.set("level", now.level);
  if (now.outcomes.size) hash.set("outcome", [...now.outcomes].join(","));
  if (now.text) hash.set("q", now.text);
  if (now.all) hash.set("all", "");
  if (now.open) hash.set("open", now.open);
  return `#${hash.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replace("all=", "all")}`;
}

function writeHash() {
  history.replaceState(null, "", hashOf({}));
}

const FILTERED = () => Boolean(state.lens || state.level || state.outcomes.size || state.text);

const LENSES = {
  spec: (entry, row) => row.level === "must-spec" || row.level === "must-both",
  operator: (entry, row) => row.level === "must-operator" || row.level === "must-both",
  differ: (entry) => entry.lens.spec !== "none" && entry.lens.operator !== "none" && entry.lens.spec !== entry.lens.operator,
};

function matches(entry) {
  const row = data.requirements[entry.row];
  if (state.outcomes.size && !state.outcomes.has(entry.outcome)) return false;
  if (state.level && row.level !== state.level) return false;
  if (LENSES[state.lens] && !LENSES[state.lens](entry, row)) return false;
  return state.text.toLowerCase().split(/\s+/).every((word) => entry.words.includes(word));
}
