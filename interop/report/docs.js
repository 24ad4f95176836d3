// Opens /docs of a service in Chromium and uses it as a person would. Arguments: the service, a folder for pictures,
// Chromium.
import assert from "node:assert/strict";
import { join } from "node:path";
import { accessible, launch, open } from "./browser.js";

const [service, pictures, executablePath] = process.argv.slice(2);
const url = `${service}/docs`;
const allowed = [`${service}/openapi.json`];
const browser = await launch(executablePath);
const root = await (await fetch(allowed[0])).json();

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const operations = Object.values(root.paths).flatMap((item) => METHODS.filter((method) => item[method]).map((method) => item[method]));
const schemas = Object.keys(root.components.schemas);
const items = operations.length + schemas.length;

const ready = (page) => page.locator("h1").waitFor();
const unfold = async (page) => {
  await ready(page);
  await page.evaluate(() => { for (const one of document.querySelectorAll("details")) one.open = true; });
};
const visible = (page) => page.locator("details.item:visible").count();

// What a value of the document looks like when it is shown as a value of the script's.
const ACCIDENT = /\[object \w+\]|\bundefined\b|\bNaN\b|=>|function\s*\(/;

async function reads() {
  const page = await open(browser, url, { allowed });
  await ready(page);
  assert.equal(await page.title(), root.info.title);
  assert.match(await page.locator("h1").innerText(), new RegExp(`${root.info.version.replaceAll(".", "\\.")}$`));
  assert.equal(await visible(page), items);
  await page.screenshot({ path: join(pictures, "docs-light.png") });
  await unfold(page);
  assert.doesNotMatch(await page.locator("body").innerText(), ACCIDENT);
  // Every description is there, in words; marks of code are not.
  const plain = (text) => text.replaceAll("`", "").replace(/\s+/g, " ").trim();
  const shown = plain(await page.locator("main").evaluate((main) => main.textContent));
  for (const text of [root.info.description, ...operations.map((one) => one.description), ...schemas.map((name) => root.components.schemas[name].description)]) {
    for (const part of (text || "").split(/\n\s*\n/)) assert.ok(shown.includes(plain(part)), `not shown: ${part}`);
  }
  const ids = await page.evaluate(() => [...document.querySelectorAll("[id]")].map((one) => one.id));
  assert.equal(new Set(ids).size, ids.length, "no id is there twice");
  const broken = await page.evaluate(() => [...document.querySelectorAll("a[href^='#']")]
    .map((one) => one.getAttribute("href")).filter((href) => !document.getElementById(decodeURIComponent(href.slice(1)))));
  assert.deepEqual(broken, [], "links lead somewhere");
  await page.finish();
}

async function finds() {
  const page = await open(browser, url, { allowed });
  await ready(page);
  await page.getByRole("searchbox").fill("POST /resource");
  const found = await visible(page);
  assert.ok(found > 0 && found < items, `${found} of ${items}`);
  await page.getByRole("searchbox").fill("nothing is called so");
  assert.equal(await visible(page), 0);
  await page.getByRole("searchbox").fill("");
  assert.equal(await visible(page), items);
  await page.finish();
}

async function leads() {
  const page = await open(browser, `${url}#schema-${schemas[0]}`, { allowed });
  await ready(page);
  const opened = (id) => page.waitForFunction((id) => document.getElementById(id).open, id);
  await opened(`schema-${schemas[0]}`);
  // By keyboard.
  const last = page.locator("nav a").last();
  await last.focus();
  await page.keyboard.press("Enter");
  await opened((await last.getAttribute("href")).slice(1));
  await page.finish();
}

async function looks() {
  const dark = await open(browser, url, { allowed, colorScheme: "dark" });
  await unfold(dark);
  await dark.evaluate(() => scrollTo(0, 0));
  await dark.screenshot({ path: join(pictures, "docs-dark.png") });
  await dark.finish();
  const phone = await open(browser, url, { allowed, viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await unfold(phone);
  const [wide, room] = await phone.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= room, `${wide} pixels wide on ${room}`);
  await phone.screenshot({ path: join(pictures, "docs-phone.png"), fullPage: true });
  await phone.finish();
}

// Without its document the page says so, in words.
async function fails() {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route("**/openapi.json", (route) => route.fulfill({ status: 503, body: "" }));
  await page.goto(url);
  assert.equal(await page.locator("main .error").innerText(), "openapi.json cannot be read: status 503");
  await context.close();
}

try {
  await reads();
  await finds();
  await leads();
  await looks();
  await fails();
  await accessible(browser, url, { unfold, allowed });
} finally {
  await browser.close();
}
console.log(`${operations.length} operations and ${schemas.length} schemas shown; axe has nothing to say`);
