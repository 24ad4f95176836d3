// What the checks of pages share: a browser, pages that fail on any complaint, and axe.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const launch = (executablePath) => chromium.launch({ executablePath, args: ARGUMENTS });

// A page that fails the check on any complaint of the browser, and on any request but for itself and those that are
// allowed.
export async function open(browser, url, { allowed = [], ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const troubles = [];
  const own = [url, ...allowed].map((one) => one.split("#")[0]);
  page.on("console", (message) => troubles.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => troubles.push(`error: ${error.stack}`));
  page.on("request", (request) => { if (!own.includes(request.url().split("#")[0])) troubles.push(`request: ${request.url()}`); });
  await page.goto(url);
  page.finish = async () => {
    assert.deepEqual(troubles, []);
    await context.close();
  };
  return page;
}

// No rule of axe is violated, its best practices among them, in both themes, wide and narrow. What is folded is shown
// first by `unfold`. The page's policy is set aside, for it lets no other script in.
export async function accessible(browser, url, { unfold, allowed }) {
  for (const colorScheme of ["light", "dark"]) {
    for (const viewport of [{ width: 1280, height: 900 }, { width: 360, height: 740 }]) {
      const page = await open(browser, url, { allowed, colorScheme, viewport, bypassCSP: true });
      await unfold(page);
      // What is far away is not laid out before it comes near; axe would take it to lie on top of something.
      await page.addStyleTag({ content: "* { content-visibility: visible !important; }" });
      await page.addScriptTag({ path: AXE });
      const { violations, passes } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
      const told = violations.map((one) => `${one.id}: ${one.help}; ${one.nodes.length} times, first ${one.nodes[0].html.slice(0, 300)} ${one.nodes[0].failureSummary}`);
      assert.deepEqual(told, [], `${url} ${colorScheme} ${viewport.width}`);
      assert.ok(passes.length > 10, `axe looked at ${passes.length} rules`);
      await page.finish();
    }
  }
}
