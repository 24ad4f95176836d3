// Latency, the document, what was left behind, the run.

function axis(low, high) {
  const span = Math.log10(high / low) || 1;
  return (ms) => 4 + 292 * Math.min(1, Math.max(0, Math.log10(Math.max(ms, low) / low) / span));
}

function nameOf(one) {
  return one.resource ? `${one.operation} ${one.resource}` : one.operation;
}

function strip(one, place) {
  const points = one.points.map((ms) => svg("line", { x1: place(ms), x2: place(ms), y1: 7, y2: 17, class: "tick" }));
  const quantile = (ms, name) => svg("line", { x1: place(ms), x2: place(ms), y1: 2, y2: 22, class: name });
  return svg("svg", {
    viewBox: "0 0 300 24", preserveAspectRatio: "none", class: "strip", role: "img",
    "aria-label": `${nameOf(one)}: half within ${one.p50Ms} ms, 99 of 100 within ${one.p99Ms} ms, slowest ${one.maxMs} ms`,
  }, svg("line", { x1: 4, x2: 296, y1: 12, y2: 12, class: "base" }), points,
  quantile(one.p50Ms, "p50"), quantile(one.p90Ms, "p90"), quantile(one.p99Ms, "p99"));
}

function outliers() {
  const all = data.latency.flatMap((one) => one.outliers.map((outlier) => ({ ...outlier, name: nameOf(one) })));
  if (!all.length) return null;
  return [el("h3", { class: "minor" }, "Answers that stand out"),
    el("ul", { class: "plain-list" }, all.map((one) => el("li", {},
      `${one.name} #${one.seq}: ${Math.round(one.ms).toLocaleString("en")} ms in the case `, el("code", {}, one.case))))];
}

function latency() {
  if (!data.latency || !data.latency.length) return null;
  const all = data.latency.flatMap((one) => [one.points[0], one.maxMs]).filter((ms) => ms > 0);
  const low = Math.min(...all);
  const place = axis(low, Math.max(...all));
  const ms = (value) => el("td", { class: "number" }, value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString("en"));
  const rows = data.latency.map((one) => el("tr", {},
    el("th", { scope: "row" }, nameOf(one)),
    el("td", { class: "number" }, one.count.toLocaleString("en")), ms(one.p50Ms), ms(one.p90Ms), ms(one.p99Ms), ms(one.maxMs),
    el("td", { class: "plot" }, strip(one, place))));
  return section("latency", "Latency",
    el("p", { class: "note" }, "Milliseconds from connecting to the last byte. Each tick is an answer, on a logarithmic scale common to all rows; tall lines are the 50th, 90th and 99th percentile."),
    table({ class: "latency" }, ["operation", "answers", "p50", "p90", "p99", "slowest", "distribution"], rows),
    outliers());
}

function share(name, one, what) {
  const part = one.all ? Math.round((100 * one.reached) / one.all) : 0;
  const bar = el("span", { class: "part pass" });
  const gap = el("span", { class: "part" });
  bar.style.flexGrow = one.reached;
  gap.style.flexGrow = one.all - one.reached;
  return el("div", { class: "share" }, el("dt", {}, name),
    el("dd", {}, el("b", {}, `${part} %`), ` ${one.reached.toLocaleString("en")} of ${one.all.toLocaleString("en")}`,
      el("div", { class: "bar", "aria-hidden": "true" }, one.reached ? bar : null, one.all > one.reached ? gap : null),
      el("p", { class: "note" }, what)));
}

function statuses(one) {
  return one.statuses.map((status) => el("span", {
    class: `seen ${status.answers ? "" : "never"} ${status.declared ? "" : "undeclared"}`,
    title: status.declared ? "declared" : "not in the document",
  }, `${status.status}${status.declared ? "" : " undeclared"} `, el("small", {}, status.answers ? `×${status.answers}` : "never")));
}

function keywords(one) {
  const missing = one.keywords.filter((keyword) => !keyword.met || !keyword.violated);
  const met = one.keywords.filter((keyword) => keyword.met).length;
  const violated = one.keywords.filter((keyword) => keyword.violated).length;
  if (!one.keywords.length) return "no body";
  const told = `met ${met}, violated ${violated} of ${one.keywords.length}`;
  if (!missing.length) return told;
  const details = el("details", {}, el("summary", {}, told));
  details.addEventListener("toggle", () => {
    if (details.children.length > 1) return;
    details.append(table({}, ["place", "keyword", "met", "violated"], missing.map((keyword) => el("tr", {},
      el("td", {}, el("code", {}, keyword.place || "/")), el("td", {}, keyword.keyword),
      el("td", { class: "number" }, keyword.met || "never"), el("td", { class: "number" }, keyword.violated || "never")))));
  });
  return details;
}

function coverage() {
  const all = data.coverage;
  if (!all) return null;
  return section("coverage", "Coverage of the document",
    el("dl", { class: "shares" },
      share("operations", all.operationsUsed, "were sent a request"),
      share("statuses", all.statusesSeen, "of those declared were answered"),
      share("keywords met", all.keywordsMet, "of request schemas"),
      share("keywords violated", all.keywordsViolated, "to see what is refused")),
    table({ class: "coverage" }, ["operation", "requests", "statuses answered", "keywords of the body"], all.operations.map((one) => el("tr", {},
      el("th", { scope: "row" }, el("code", {}, `${one.method} ${one.path}`)),
      el("td", { class: "number" }, one.requests.toLocaleString("en")),
      el("td", {}, statuses(one)), el("td", {}, keywords(one))))));
}

function documentChecks() {
  const found = data.documentChecks.filter((check) => check.outcome === "fail");
  if (!found.length) return null;
  return section("document", "Defects of the document",
    el("p", { class: "note" }, "Where the document itself falls short of what the operator does. No provider is blamed for it."),
    table({}, ["check", "what the document says"], found.map((check) => el("tr", {},
      el("th", { scope: "row" }, check.requirement, el("span", { class: "note" }, check.title)), el("td", {}, check.actual)))));
}

function delivery(one) {
  const answer = one.answer ? `answered ${one.answer}` : "connection closed";
  return el("li", {}, `${one.number}. ${one.arrived} ${one.method} ${one.target}: ${answer}${one.scripted ? ", as the case wants" : ""}`,
    one.text ? el("pre", {}, one.text) : null);
}

function events() {
  const all = Object.values(data.events);
  if (!all.length) return null;
  const list = el("ul", { class: "plain-list" }, all.map(delivery));
  return section("events", "Events received",
    el("p", { class: "note" }, "What reached the webhook that the runner plays, in the order of arrival."),
    el("details", {}, el("summary", {}, `${all.length} deliveries`), list));
}

function leaks() {
  if (!data.leaks.length) return null;
  return section("leaks", "Left behind",
    el("p", { class: "note" }, "Resources of this run that the provider did not delete."),
    table({}, ["type", "id", "why"], data.leaks.map((leak) => el("tr", {},
      el("td", {}, leak.type), el("td", {}, el("code", {}, leak.id)), el("td", {}, leak.why)))));
}

function about() {
  const pairs = [...data.facts, ...data.settings].filter(([, value]) => value);
  return section("run", "The run",
    el("dl", { class: "pairs" }, pairs.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])));
}
