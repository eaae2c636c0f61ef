// The whole way from an empty case to a brief, with the keyboard alone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open, serve } from "./support.js";

let browser;
let server;
before(async () => {
  browser = await launch();
  server = await serve("harbour");
});
after(async () => {
  await browser?.close();
  await server?.end();
});

// Presses Tab until an element is reached that fits.
const tabTo = async (page, selector, most = 120) => {
  for (let at = 0; at < most; at += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${selector} is not reached with Tab`);
};

test("from a pasted report to a brief by keyboard alone", async () => {
  const { page, noted, context } = await open(browser, server);
  await page.keyboard.press("Tab");
  assert.match(await page.evaluate(() => document.activeElement.textContent), /Skip to the contents/);
  // Reports: paste one.
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await page.waitForURL("**/reports");
  await tabTo(page, "#text");
  await page.keyboard.type("North rejects joint patrols, its foreign minister said on Saturday. South said that it accepts observers.");
  await tabTo(page, "#title");
  await page.keyboard.type("A pasted report");
  await tabTo(page, "form[aria-labelledby=paste] button");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/reports/*");
  assert.match(await page.textContent("h1"), /A pasted report/);
  // The statement that is marked first is opened, corrected and confirmed.
  await page.keyboard.press("n");
  await page.waitForSelector("#panel [data-statement]");
  const id = await page.getAttribute("#panel [data-statement]", "data-statement");
  await page.keyboard.press("e");
  await page.waitForFunction(() => document.activeElement?.id === "party");
  await page.keyboard.type("North");
  await tabTo(page, "#panel button[value=correct]");
  await page.keyboard.press("Enter");
  await page.waitForSelector(`#panel [data-statement="${id}"]:is([data-status=corrected], [data-status=confirmed])`);
  assert.match(await page.getAttribute(`#s-${id}`, "class"), /is-(corrected|confirmed)/);
  // It is taken back and decided again.
  await page.keyboard.press("Escape");
  await page.keyboard.press("u");
  await page.waitForSelector(`#panel [data-statement="${id}"][data-status=proposed], #s-${id}.is-proposed`);
  // The queue: the rest is confirmed with one key each.
  await page.keyboard.press("g");
  await page.keyboard.press("q");
  await page.waitForURL("**/review**");
  for (let at = 0; at < 200; at += 1) {
    const waiting = await page.textContent(".lead");
    if (waiting.includes("No statement waits")) break;
    await page.keyboard.press(at % 3 === 2 ? "x" : "c");
    await page.waitForFunction((old) => document.querySelector(".lead").textContent !== old, waiting);
  }
  assert.match(await page.textContent(".lead"), /No statement waits/);
  // The matrix: arrow keys, a cell, a position by hand.
  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await page.waitForURL("**/matrix");
  await tabTo(page, "a.cell");
  const first = await page.evaluate(() => document.activeElement.getAttribute("href"));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  const second = await page.evaluate(() => document.activeElement.getAttribute("href"));
  assert.notEqual(first, second);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#panel #cell-title");
  await tabTo(page, "#panel summary");
  if (!(await page.evaluate(() => document.activeElement.parentElement.open))) await page.keyboard.press("Enter");
  await tabTo(page, "#reason");
  await page.keyboard.type("told at the table");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#panel")?.textContent.includes("Set by hand: told at the table"));
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), second);
  // The model: a priority moves by a key.
  await page.keyboard.press("g");
  await page.keyboard.press("e");
  await page.waitForURL("**/model");
  await tabTo(page, "#party-north > summary");
  await page.keyboard.press("Enter");
  const order = () => page.$$eval("#party-north .sortable[data-reorder] code", (all) => all.map((one) => one.textContent));
  const [one, two, ...rest] = await order();
  await tabTo(page, "#down-north-0");
  await page.keyboard.press("Enter");
  await page.waitForFunction((old) => document.querySelector("#party-north .sortable[data-reorder] code").textContent !== old, one);
  assert.deepEqual(await order(), [two, one, ...rest]);
  assert.ok(readFileSync(join(server.folder, "case.toml"), "utf8").includes("#"), "comments stay");
  // The brief, downloaded.
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  await page.waitForURL("**/brief");
  await page.waitForSelector("a[download]");
  await tabTo(page, "a[href*='brief.html']");
  const [file] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  const brief = readFileSync(await file.path(), "utf8");
  assert.match(brief, /Where they stand/);
  assert.match(brief, /told at the table/);
  assert.deepEqual(noted, []);
  await context.close();
});
