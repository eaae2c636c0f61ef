// What is handed over: the files of the brief, and the sheets of A4 it prints on.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open, serve, visit } from "./support.js";

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

test("the brief is downloaded as a page, as documents and as tables", async () => {
  const { page, context } = await open(browser, server);
  await visit(page, server, "/brief");
  for (const [file, begins] of [["brief.html", "<!doctype html>"], ["brief.docx", "PK"], ["matrix.docx", "PK"], ["matrix.csv", ""], ["statements.csv", ""]]) {
    const [taken] = await Promise.all([page.waitForEvent("download"), page.click(`a[href^="/brief/files/${file}"]`)]);
    const bytes = readFileSync(await taken.path());
    assert.ok(bytes.length > 300, `${file} has ${bytes.length} bytes`);
    assert.ok(bytes.toString("latin1").toLowerCase().startsWith(begins.toLowerCase()), file);
    assert.match(taken.suggestedFilename(), new RegExp(`${file.replace(".", "\\.")}$`));
    if (process.env.PICTURES) {
      mkdirSync(process.env.PICTURES, { recursive: true });
      writeFileSync(join(process.env.PICTURES, file), bytes);
    }
  }
  await context.close();
});

test("the brief prints on A4 with nothing cut off", async () => {
  const { page, context } = await open(browser, server);
  await visit(page, server, "/brief");
  await page.goto(`${server.base}/brief/preview`);
  const sheet = await page.pdf({ format: "A4", preferCSSPageSize: true, printBackground: true });
  const text = sheet.toString("latin1");
  const pages = text.match(/\/Type\s*\/Page\b(?!s)/g).length;
  const boxes = [...text.matchAll(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]/g)];
  assert.ok(pages >= 2 && pages <= 60, `${pages} pages`);
  for (const [, width, height] of boxes) {
    const [short, tall] = [Number(width), Number(height)].sort((one, other) => one - other);
    assert.ok(Math.abs(short - 595) < 2 && Math.abs(tall - 842) < 2, `a page of ${width} by ${height} points`);
  }
  // As wide as the text of a sheet, nothing is wider than its place.
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: 670, height: 1000 });
  const cut = await page.evaluate(() => [...document.querySelectorAll("body *")]
    .filter((one) => one.checkVisibility() && !one.closest("svg") && one.scrollWidth > one.clientWidth + 2 && one.clientWidth > 0 && getComputedStyle(one).overflowX !== "visible")
    .map((one) => `${one.tagName}.${one.className} ${one.scrollWidth} in ${one.clientWidth}`));
  assert.deepEqual(cut, []);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 2, `the sheet is ${wide} pixels too narrow`);
  if (process.env.PICTURES) {
    mkdirSync(process.env.PICTURES, { recursive: true });
    writeFileSync(join(process.env.PICTURES, "brief.pdf"), sheet);
    await page.screenshot({ path: join(process.env.PICTURES, "brief-print.png"), fullPage: true });
  }
  await context.close();
});
