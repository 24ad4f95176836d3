// The top of the page: verdict, counts, what to do first.

const ORDER = ["fail", "flaky", "xpass", "error", "warn", "tolerated", "pass", "xfail", "unverified", "skip"];
const WRONG = new Set(["fail", "flaky", "xpass", "error", "warn"]);

const MEANING = {
  pass: "met",
  tolerated: "a legal answer, not the best",
  warn: "a SHOULD is not met, or a MUST only after a while",
  fail: "violated",
  flaky: "met and violated",
  error: "the runner failed",
  skip: "not checked",
  unverified: "cannot be checked without help",
  xfail: "known to fail",
  xpass: "known to fail, but passed",
};

const TONE = {
  "NOT CONFORMANT": "fail", INCOMPLETE: "warn", "CONFORMANT WITH GAPS": "pass", CONFORMANT: "pass",
};

function toggleTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* a page without storage forgets */ }
}

function header() {
  const fact = Object.fromEntries(data.facts);
  const small = [
    fact.started && fact.started.replace("T", " ").replace(/(\.\d+)?Z/, " UTC"),
    fact.requests && `${Number(fact.requests).toLocaleString("en")} requests`,
    fact.seconds && `${fact.seconds} s`,
    `profile ${fact.profile}`,
    `seed ${fact.seed}`,
  ].filter(Boolean);
  const lens = (name, verdict, what) => el("div", { class: `lens tone-${TONE[verdict]}` },
    el("dt", {}, name, el("span", { class: "what" }, what)), el("dd", {}, verdict.toLowerCase()));
  return el("header", {},
    el("div", { class: "top" },
      el("p", { class: "kicker" }, "Conformance to the KFP Operator's provider contract"),
      el("button", { type: "button", class: "plain", id: "theme", onclick: toggleTheme }, "dark / light")),
    el("h1", {}, data.name),
    el("p", { class: `verdict tone-${TONE[data.verdict]}`, id: "verdict" }, data.verdict.toLowerCase()),
    fact.PARTIAL && el("p", { class: "stopped" }, `PARTIAL: ${fact.PARTIAL}. It says nothing about the rest.`),
    data.stopped && el("p", { class: "stopped" }, `The run did not come to its end: ${data.stopped}.`),
    el("dl", { class: "lenses" },
      lens("spec", data.spec, "the published document"),
      lens("operator", data.operator, "the end state in the cluster")),
    el("p", { class: "facts" }, small.map((text) => el("span", {}, text))));
}

function bar() {
  const counts = data.counts;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const shown = ORDER.filter((outcome) => counts[outcome]);
  const differ = data.results.filter((entry) => LENSES.differ(entry)).length;
  const parts = shown.map((outcome) => {
    const part = el("span", { class: `part ${outcome}` });
    part.style.flexGrow = counts[outcome];
    return part;
  });
  return el("div", { class: "counts" },
    el("div", { class: "bar", "aria-hidden": "true" }, parts),
    el("ul", {}, shown.map((outcome) => el("li", {},
      el("a", { href: hashOf({ outcomes: new Set([outcome]), open: "" }), class: outcome, title: MEANING[outcome] },
        el("b", {}, String(counts[outcome])), ` ${outcome}`)))),
    el("p", { class: "note" },
      `${data.requirements.length} requirements, ${total} results: one per requirement and type of resource. `,
      differ ? el("a", { href: hashOf({ lens: "differ", open: "" }) }, `The lenses disagree on ${differ} of them.`) : null));
}

const OTHERS = 8;

function causeItem(cause) {
  const lead = data.results[cause.lead];
  const row = data.requirements[lead.row];
  const others = [...new Set(cause.results.map((at) => data.results[at].row))].filter((at) => at !== lead.row);
  const types = cause.types.length ? cause.types.join(", ") : "";
  return el("li", {},
    el("h3", {}, el("a", { href: hashOf({ open: lead.key }) }, row.title)),
    el("p", { class: "effect" },
      el("strong", { class: lead.outcome }, cause.label), types && ` · ${types}`, ` · ${row.label}`,
      !cause.real && " · shown by what only a tester sends"),
    cause.hidden && el("p", { class: "note" }, `Mend it first: ${cause.hidden}.`),
    el("p", {}, el("b", {}, "Seen: "), el("code", {}, lead.actual)),
    el("p", {}, el("b", {}, "Fix: "), row.fix),
    others.length ? [
      el("p", { class: "note" }, "It also breaks:"),
      el("ul", { class: "others" }, others.slice(0, OTHERS).map((at) => {
        const entry = cause.results.map((one) => data.results[one]).find((one) => one.row === at);
        return el("li", {}, el("a", { href: hashOf({ open: entry.key }) }, data.requirements[at].title));
      }), others.length > OTHERS ? el("li", {}, `${others.length - OTHERS} more`) : null),
    ] : null,
    cause.steps.length ? el("details", {},
      el("summary", {}, "Help resources that are already in trouble"),
      el("ol", { class: "steps" }, cause.steps.map((step) => el("li", {},
        el("p", {}, step.text), step.command && command(step.command, "the command"))))) : null);
}

function todo() {
  const must = data.causes.filter((cause) => cause.effect !== "advice");
  const advice = data.causes.filter((cause) => cause.effect === "advice");
  if (!data.causes.length) return null;
  const SHOWN = 10;
  const list = (causes) => el("ol", { class: "causes" }, causes.slice(0, SHOWN).map(causeItem));
  const rest = (causes) => causes.length > SHOWN && el("p", { class: "note" }, `${causes.length - SHOWN} more below.`);
  return section("todo", "What to do first",
    must.length ? [list(must), rest(must)] : el("p", {}, "No MUST is violated."),
    advice.length ? el("details", { class: "advice", open: must.length ? undefined : true },
      el("summary", {}, `Advice that counts to no verdict (${advice.length})`), list(advice), rest(advice)) : null);
}
