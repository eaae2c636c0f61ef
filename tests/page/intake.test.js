// How reports come in: many files at once, a folder that is chosen, a folder that is dropped, and one that is broken.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open, serve, visit } from "./support.js";

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

// A folder beside the case with two reports, one inside another folder, a broken one and something else.
const folderOf = (server) => {
  const folder = join(server.folder, "..", "received");
  mkdirSync(join(folder, "inside"), { recursive: true });
  writeFileSync(join(folder, "first.txt"), "North said that it rejects joint patrols.");
  writeFileSync(join(folder, "inside", "second.html"), "<html><title>Second</title><body><p>South said that it accepts observers.</p></body></html>");
  writeFileSync(join(folder, "broken.docx"), "this is no archive");
  writeFileSync(join(folder, "picture.jpg"), "x");
  return folder;
};

const readTogether = async (page, server) => {
  await page.waitForSelector("#uploads a[href='/reports/reading']");
  const told = await page.textContent("#uploads");
  assert.match(told, /✓ first\.txt/);
  assert.match(told, /✓ second\.html/);
  assert.match(told, /✗ broken\.docx: \S+/);
  assert.match(told, /No reports .*picture\.jpg/);
  await page.click("#uploads a[href='/reports/reading']");
  await page.waitForSelector("[data-view=reading]", { timeout: 60_000 });
  assert.match(await page.textContent(".lead"), /2 new reports, \d+ statements?/);
  for (const [name, there] of [["first.txt", true], ["second.html", true], ["broken.docx", false], ["picture.jpg", false]]) {
    assert.equal(existsSync(join(server.folder, "reports", name)), there, name);
  }
  await visit(page, server, "/review");
  assert.match(await page.textContent(".lead"), /wait/);
};

test("a folder that is chosen is read, and what is broken is named", async () => {
  const server = await serve("harbour");
  const { page, noted, context } = await open(browser, server);
  await visit(page, server, "/reports");
  await page.setInputFiles("#folder", folderOf(server));
  await readTogether(page, server);
  assert.deepEqual(noted, []);
  await context.close();
  await server.end();
});

test("a folder that is dropped is read", async () => {
  const server = await serve("harbour");
  const { page, noted, context } = await open(browser, server);
  await visit(page, server, "/reports");
  const tools = await context.newCDPSession(page);
  const data = { items: [], files: [folderOf(server)], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await tools.send("Input.dispatchDragEvent", { type, x: 500, y: 400, data });
  }
  await readTogether(page, server);
  assert.deepEqual(noted, []);
  await context.close();
  await server.end();
});

test("several good files lead to what was found in them", async () => {
  const server = await serve("harbour");
  const { page, context } = await open(browser, server);
  await visit(page, server, "/reports");
  const files = Array.from({ length: 30 }, (_, at) => ({ name: `day-${at}.md`, mimeType: "text/markdown", buffer: Buffer.from(`# Day ${at}\n\nNorth said on day ${at} that it rejects joint patrols.`) }));
  await page.setInputFiles("#files", files);
  await page.waitForURL("**/reports/reading", { timeout: 60_000 });
  await page.waitForSelector("[data-view=reading]", { timeout: 60_000 });
  assert.match(await page.textContent(".lead"), /30 new reports/);
  await context.close();
  await server.end();
});

test("one file is opened at once", async () => {
  const server = await serve("harbour");
  const { page, context } = await open(browser, server);
  await visit(page, server, "/reports");
  await page.setInputFiles("#files", { name: "One.txt", mimeType: "text/plain", buffer: Buffer.from("South said that it rejects fees.") });
  await page.waitForSelector("[data-view=report]");
  assert.ok(existsSync(join(server.folder, "reports", "one.txt")));
  await context.close();
  await server.end();
});
