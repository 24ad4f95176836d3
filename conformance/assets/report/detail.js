// One result in full.

function marked(text, marks) {
  const pieces = [];
  let at = 0;
  for (const mark of [...marks].sort((a, b) => a.from - b.from)) {
    const from = Math.max(mark.from, at);
    if (mark.to <= from) continue;
    pieces.push(text.slice(at, from), el("mark", { title: mark.note }, text.slice(from, mark.to)));
    at = mark.to;
  }
  pieces.push(text.slice(at));
  return pieces;
}

function message(title, one, marks) {
  const head = marks.filter((mark) => !mark.body);
  const body = marks.filter((mark) => mark.body);
  const notes = [...new Set(marks.map((mark) => mark.note))];
  return el("figure", { class: "message" },
    el("figcaption", {}, title, one.bytes ? el("span", { class: "size" }, `${one.bytes.toLocaleString("en")} bytes`) : null),
    el("pre", { tabindex: "0" },
      el("span", { class: "head" }, marked(one.head, head)),
      one.body ? ["\n\n", marked(one.body, body)] : null),
    one.lacking ? el("p", { class: "note" }, one.lacking) : null,
    notes.length ? el("p", { class: "note" }, "marked: ", notes.join(", ")) : null);
}

function answerOf(step) {
  return step.failure ? step.failure : String(step.status);
}

function wire(entry, seq) {
  const exchange = data.exchanges[seq];
  if (!exchange) return null;
  const marks = (request) => entry.marks.filter((mark) => mark.seq === seq && mark.request === request);
  return el("div", { class: "exchange" },
    message(`request ${seq}`, exchange.request, marks(true)),
    message(`answer ${seq}`, exchange.response, marks(false)));
}

function timeline(entry) {
  const steps = data.timelines[entry.case];
  if (!steps) return null;
  const shown = new Set(entry.evidence);
  const rows = steps.map((step) => el("tr", { class: shown.has(step.seq) ? "shown" : undefined },
    el("td", { class: "number" }, `#${step.seq}`),
    el("td", {}, el("code", {}, `${step.method} ${step.target.length > 90 ? `${step.target.slice(0, 90)}…` : step.target}`)),
    el("td", {}, answerOf(step)),
    el("td", { class: "number" }, step.totalMs.toFixed(1)),
    el("td", {}, step.state || "")));
  return el("details", {}, el("summary", {}, `${steps.length === 1 ? "The request" : `The ${steps.length} requests`} of the case ${entry.case}`),
    table({ class: "steps-table" }, ["", "request", "answer", "ms", "operator's resource"], rows));
}

function lensLine(entry, row) {
  const counts = { spec: LENSES.spec(entry, row), operator: LENSES.operator(entry, row) };
  return ["spec", "operator"].map((name) => el("span", { class: `verdict-of ${entry.lens[name]}` },
    `${name}: ${entry.lens[name] === "none" ? "nothing to say" : entry.lens[name]}`,
    counts[name] ? el("small", {}, " (counts)") : null));
}

function detail(entry) {
  const row = data.requirements[entry.row];
  const states = entry.evidence.map((seq) => data.exchanges[seq]).filter((one) => one && one.state).map((one) => one.state);
  const pair = (name, ...value) => [el("dt", {}, name), el("dd", {}, ...value)];
  const wrong = WRONG.has(entry.outcome);
  return el("div", { class: "body" },
    el("p", { class: "title" }, row.title),
    el("dl", { class: "pairs" },
      pair("expected", entry.expected),
      row.tolerated && pair("tolerated", row.tolerated),
      pair("actual", el("code", {}, entry.actual)),
      pair("lenses", lensLine(entry, row)),
      states.length ? pair("operator", "the resource would be ", el("code", {}, [...new Set(states)].join("; "))) : null,
      wrong && pair("means", row.consequence),
      wrong && pair("fix", row.fix),
      entry.total ? pair("seen", `${entry.failing} of ${entry.total} checks fall short`) : null,
      entry.reason && pair("reason", entry.reason)),
    entry.evidence.length ? el("h3", { class: "minor" }, "On the wire") : null,
    entry.evidence.map((seq) => wire(entry, seq)),
    entry.events ? el("h3", { class: "minor" }, "At the webhook") : null,
    entry.events ? el("ul", { class: "plain-list" },
      entry.events.map((number) => data.events[number]).filter(Boolean).map(delivery)) : null,
    timeline(entry),
    wrong ? [el("h3", { class: "minor" }, "See it again"), command(entry.again, "the command")] : null,
    entry.script ? el("details", {}, el("summary", {}, "A shell script that shows it with curl"), command(entry.script, "the script")) : null,
    entry.replay ? el("details", {}, el("summary", {}, "A command that sends what was recorded again"), command(entry.replay, "the command")) : null,
    el("details", {}, el("summary", {}, "How this is checked"),
      el("dl", { class: "pairs" },
        pair("check", row.check),
        row.document && pair("document", el("code", {}, row.document)),
        row.source && pair("operator", el("code", {}, row.source)),
        pair("proof", row.faults.length
          ? `mutants that prove this check: ${row.faults.length} (${row.faults.join(", ")})`
          : "none by a fault; the checks of a container are proven with processes"))));
}
