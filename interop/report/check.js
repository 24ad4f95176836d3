// Opens a report in Chromium and uses it as a person would, and looks at a comparison. Arguments: both, a folder for
// pictures, Chromium.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { accessible, launch, open as openPage } from "./browser.js";

const [report, comparison, pictures, executablePath] = process.argv.slice(2);
const LARGE = 5000;
// No machine is so busy; what grows faster than the results takes longer.
const PATIENCE = 30_000;
const DATA = /(<script type="application\/json" id="data">)([\s\S]*?)(<\/script>)/;

const browser = await launch(executablePath);
const open = (url, options) => openPage(browser, url, options);

const shown = async (page) => Number((await page.locator(".told").innerText()).split(" ")[0].replaceAll(",", ""));
const picture = (page, name, fullPage = false) => page.screenshot({ path: join(pictures, `${name}.png`), fullPage });
const fits = async (page) => {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= room, `${wide} pixels wide on ${room}`);
};

const url = pathToFileURL(report).href;
const text = readFileSync(report, "utf8");
const data = JSON.parse(DATA.exec(text)[2]);
const failed = data.results.filter((one) => one.outcome === "fail");
const keyOf = (one) => `${data.requirements[one.row].id}${one.type ? `:${one.type}` : ""}`;
const wedged = failed.find((one) => data.requirements[one.row].id === "delete.unknown-id.operator-safe");
assert.ok(wedged, "the mock's fault is not in the report");

async function reads() {
  const page = await open(url);
  assert.equal(await page.locator("#verdict").innerText(), "Not conformant");
  const first = page.locator(".causes > li").first();
  await first.locator("summary").first().click();
  assert.match(await first.innerText(), /finalizer\.pipelines\.kubeflow\.org/);
  await picture(page, "report-light");
  await page.locator("#filter-text").fill("NOT-there-at-all");
  assert.equal(await shown(page), 0);
  await page.locator("#filter-text").fill("unknown-id run");
  assert.ok(await shown(page) > 0);
  assert.match(page.url(), /q=unknown-id\+run/);
  await page.finish();
}

async function filters() {
  const page = await open(url);
  await page.locator(".chip.fail input").check();
  assert.equal(await shown(page), failed.length);
  assert.deepEqual(new Set(await page.locator(".result .badge").allInnerTexts()), new Set(["fail"]));
  assert.match(page.url(), /#outcome=fail$/);
  await page.locator("#filter-level").selectOption("must-operator");
  const both = failed.filter((one) => data.requirements[one.row].level === "must-operator").length;
  assert.equal(await shown(page), both);
  const again = await open(page.url());
  assert.equal(await shown(again), both, "the address has the filters");
  assert.ok(await again.locator(".chip.fail input").isChecked());
  await again.finish();
  await page.locator(".filters .state button").click();
  await page.locator("#filter-lens").selectOption("spec");
  const spec = data.results.filter((one) => /must-(spec|both)/.test(data.requirements[one.row].level)).length;
  assert.equal(await shown(page), spec);
  await page.finish();
}

async function deepLinks() {
  const key = keyOf(wedged);
  const page = await open(`${url}#open=${key}`);
  const item = page.locator(`[id="r:${key}"]`);
  assert.ok(await item.evaluate((one) => one.open), "the result is open");
  await page.waitForFunction((id) => {
    const box = document.getElementById(id).getBoundingClientRect();
    return box.top >= -1 && box.top < innerHeight;
  }, `r:${key}`);
  assert.match(await item.locator("mark").first().innerText(), /providerError/);
  await picture(page, "report-detail");
  // To a result that passed and is not listed: from its cell, by keyboard, and back.
  const passed = data.results.find((one) => one.outcome === "pass" && one.type === wedged.type && data.requirements[one.row].area === "delete");
  const other = keyOf(passed);
  await page.locator(`a.cell[href*="open=${other}"]`).first().focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction((id) => document.getElementById(id)?.open, `r:${other}`);
  assert.match(page.url(), new RegExp(`open=${other.replaceAll(".", "\\.")}$`));
  await page.goBack();
  await page.waitForFunction((id) => document.activeElement.closest("details")?.id === id, `r:${key}`);
  await page.finish();
}

async function looks() {
  for (const scheme of ["light", "dark"]) {
    const page = await open(url, { colorScheme: scheme });
    const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const before = await paper();
    await page.locator("#theme").click();
    assert.notEqual(await paper(), before, `${scheme}: the button changes it`);
    await page.reload();
    assert.notEqual(await paper(), before, `${scheme}: the choice is kept`);
    if (scheme === "light") await picture(page, "report-dark");
    await page.finish();
  }
  const phone = await open(`${url}#all`, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await phone.evaluate(() => {
    for (const one of document.querySelectorAll(".area:not([open]) > summary, .result:nth-child(-n + 12) > summary")) one.click();
  });
  await fits(phone);
  await picture(phone, "report-phone", true);
  await phone.finish();
  const paper = await open(url);
  await paper.pdf({ path: join(pictures, "report.pdf"), format: "A4" });
  await paper.emulateMedia({ media: "print" });
  await paper.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await paper.locator(".result[open]").count(), data.results.filter((one) => /^(fail|warn|flaky|error|xpass)$/.test(one.outcome)).length);
  await picture(paper, "report-paper");
  await paper.finish();
}

// As it opens, and with everything unfolded that can be: areas, results, their details, and theirs.
async function access() {
  const folded = (page) => page.locator("h1").waitFor();
  const unfold = async (page) => {
    await folded(page);
    await page.evaluate(async () => {
      for (let before = -1, now = 0; now !== before; before = now, now = document.querySelectorAll("details").length) {
        for (const one of document.querySelectorAll("details:not([open])")) one.open = true;
        await new Promise((done) => setTimeout(done)); // what is shown on `toggle` comes after it
      }
    });
  };
  await accessible(browser, url, { unfold: folded });
  await accessible(browser, `${url}#outcome=fail`, { unfold: folded });
  await accessible(browser, `${url}#all&open=${keyOf(wedged)}`, { unfold });
  await accessible(browser, pathToFileURL(comparison).href, { unfold });
  const page = await open(pathToFileURL(comparison).href);
  await picture(page, "comparison-light");
  await page.finish();
}

// A report of many results: the same ones over and over, under other names.
function enlarged() {
  const large = structuredClone(data);
  for (let copy = 1; large.results.length < LARGE; copy += 1) {
    const offset = large.requirements.length;
    large.requirements.push(...data.requirements.map((row) => ({ ...row, id: `${row.id}.copy-${copy}`, area: `${row.area}-${copy}` })));
    large.results.push(...data.results.map((one) => ({ ...one, row: one.row + offset })));
  }
  large.counts = {};
  for (const one of large.results) large.counts[one.outcome] = (large.counts[one.outcome] || 0) + 1;
  const json = JSON.stringify(large).replaceAll("&", "\\u0026").replaceAll("<", "\\u003c").replaceAll(">", "\\u003e");
  const file = join(pictures, "report-large.html");
  writeFileSync(file, text.replace(DATA, (_, start, __, end) => start + json + end));
  return [pathToFileURL(file).href, large.results.length];
}

async function large() {
  const [address, count] = enlarged();
  const start = performance.now();
  const page = await open(`${address}#all`);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const opened = performance.now() - start;
  assert.equal(await shown(page), count);
  const listed = await page.locator(".result").count();
  // By keyboard: under a pointer the page may still be moving, because what is far away is laid out when it comes near.
  await page.locator("button.all:visible").first().press("Enter");
  await page.waitForFunction((listed) => document.querySelectorAll(".result").length > listed, listed);
  assert.ok(opened < PATIENCE, `${count} results open in ${Math.round(opened)} ms`);
  const filtering = performance.now();
  await page.locator("#filter-text").fill("copy-3 unknown-id");
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const filtered = performance.now() - filtering;
  assert.ok(await shown(page) > 0 && filtered < PATIENCE, `filtered in ${Math.round(filtered)} ms`);
  await page.finish();
  return `${count} results open in ${Math.round(opened)} ms, are filtered in ${Math.round(filtered)} ms`;
}

let told;
try {
  await reads();
  await filters();
  await deepLinks();
  await looks();
  await access();
  told = await large();
} finally {
  await browser.close();
}
console.log(told);
