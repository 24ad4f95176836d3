// Elements. Text only ever becomes text: nothing of a provider's answer is parsed as markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function el(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

function svg(tag, props, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function section(id, title, ...children) {
  return el("section", { "aria-labelledby": `${id}-heading`, id: `${id}-section` },
    el("h2", { id: `${id}-heading`, tabindex: "-1" }, title), ...children);
}

const NUMERIC = new Set(["answers", "requests", "p50", "p90", "p99", "slowest", "ms", "met", "violated"]);

// What is wider than the page is scrolled, also by keyboard.
function table(props, head, rows) {
  const cell = (text) => (text ? el("th", { scope: "col", class: NUMERIC.has(text) ? "number" : undefined }, text) : el("td"));
  const named = { role: "group", "aria-label": `table: ${head.filter(Boolean).join(", ")}` };
  return el("div", { class: "scroll", tabindex: "0", ...named }, el("table", props,
    el("thead", {}, el("tr", {}, head.map(cell))),
    el("tbody", {}, rows)));
}

async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el("textarea", { class: "offscreen", readonly: true });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

function copyButton(text, what) {
  const button = el("button", { type: "button", class: "copy", "aria-label": `Copy ${what}` }, "copy");
  button.addEventListener("click", async () => {
    await toClipboard(text);
    button.textContent = "copied";
    setTimeout(() => { button.textContent = "copy"; }, 1500);
  });
  return button;
}

function command(text, what) {
  return el("div", { class: "command" }, el("pre", { tabindex: "0" }, text), copyButton(text, what));
}
