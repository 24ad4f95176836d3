// Requirement by type, an area at a time; areas without a finding are built when they are opened.

const TYPES = ["pipeline", "run", "runschedule", "experiment"];
const OPENED = 8;
const areas = [];

function cellOf(entry) {
  const row = data.requirements[entry.row];
  const link = el("a", {
    class: `cell ${entry.outcome}`, href: hashOf({ open: entry.key }),
    title: `${row.id}${entry.type ? ` [${entry.type}]` : ""}: ${entry.outcome}${entry.reason ? ` (${entry.reason})` : ""}`,
  }, el("span", { class: "word" }, entry.outcome), el("span", { class: "letter", "aria-hidden": "true" }, entry.outcome[0]));
  entry.cell = link;
  return link;
}

function matrixRow(row) {
  const untyped = row.entries.length === 1 && !row.entries[0].type;
  const cells = untyped
    ? [el("td", { colspan: TYPES.length, class: "untyped" }, cellOf(row.entries[0]))]
    : TYPES.map((type) => {
      const entry = row.entries.find((one) => one.type === type);
      return el("td", {}, entry ? cellOf(entry) : el("span", { class: "none", title: "does not apply" }, "·"));
    });
  row.line = el("tr", {}, el("th", { scope: "row", title: row.title }, row.id), cells);
  return row.line;
}

function buildArea(area) {
  if (area.built) return;
  area.built = true;
  area.details.append(el("table", { class: "matrix" },
    el("caption", { class: "offscreen" }, `Results of the area ${area.name}`),
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "requirement"),
      TYPES.map((type) => el("th", { scope: "col" }, el("span", { class: "word" }, type), el("span", { class: "letter", "aria-hidden": "true" }, { runschedule: "sched", experiment: "exp", pipeline: "pipe" }[type] || type))))),
    el("tbody", {}, area.rows.map(matrixRow))));
}

function countsOf(entries) {
  const counts = {};
  for (const entry of entries) counts[entry.outcome] = (counts[entry.outcome] || 0) + 1;
  return ORDER.filter((outcome) => counts[outcome]).map((outcome) =>
    el("span", { class: `count ${outcome}` }, `${counts[outcome]} ${outcome}`));
}

function matrix() {
  for (const row of data.requirements) {
    if (!areas.length || areas[areas.length - 1].name !== row.area) areas.push({ name: row.area, rows: [] });
    areas[areas.length - 1].rows.push(row);
  }
  for (const area of areas) {
    const entries = area.rows.flatMap((row) => row.entries);
    area.details = el("details", { class: "area" },
      el("summary", {}, el("b", {}, area.name), el("span", { class: "tally" }, countsOf(entries))));
    area.details.addEventListener("toggle", () => { if (area.details.open) { buildArea(area); dimArea(area); } });
  }
  openAreas((entry) => WRONG.has(entry.outcome));
  return el("div", { class: "areas" }, areas.map((area) => area.details));
}

// Opens the areas that have such a result, as many as somebody looks through.
function openAreas(wanted) {
  const having = areas.filter((area) => area.rows.some((row) => row.entries.some(wanted)));
  for (const area of having.slice(0, OPENED)) {
    buildArea(area);
    area.details.open = true;
  }
}

function dimArea(area) {
  if (!area.built) return;
  for (const row of area.rows) {
    row.line.hidden = !row.entries.some((entry) => entry.shown);
    for (const entry of row.entries) entry.cell.classList.toggle("dim", !entry.shown);
  }
}

function filterMatrix() {
  for (const area of areas) {
    const shown = area.rows.some((row) => row.entries.some((entry) => entry.shown));
    area.details.hidden = !shown;
    dimArea(area);
  }
  if (FILTERED()) {
    openAreas((entry) => entry.shown);
    areas.forEach(dimArea);
  }
}
