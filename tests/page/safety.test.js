// What must not happen: a report that runs, a foreign page that acts, an edit that is lost.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { VIEWS, launch, open, serve, visit, write } from "./support.js";

const EVIL = `</script><script>alert(1)</script><img src=x onerror=alert(1)>"><svg/onload=alert(1)>`;

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

test("neither a report nor a case file runs a script", async () => {
  const server = await serve("harbour", (folder) => {
    const text = readFileSync(join(folder, "case.toml"), "utf8");
    write(folder, "case.toml", text.replace(/name = "/, `name = "${EVIL.replaceAll('"', '\\"')}`));
    write(folder, "reports/evil.html", `<html><head><title>${EVIL.replaceAll("<", "&lt;")}</title><script>alert(1)</script></head><body onload="alert(1)"><p>North said that ${EVIL.replaceAll("<", "&lt;")} rejects fees.</p></body></html>`);
    write(folder, "reports/evil.txt", `---\ntitle: ${EVIL}\naddress: javascript:alert(1)\n---\n${EVIL} said that ${EVIL} rejects “${EVIL}”.\n`);
  });
  const { page, noted, context } = await open(browser, server);
  await visit(page, server, "/reports");
  await page.click("button[value=read]");
  await page.waitForSelector("[data-view=reading]", { timeout: 60_000 });
  for (const [, address] of [...VIEWS, ["preview", "/brief/preview"]]) await visit(page, server, address);
  await visit(page, server, "/reports");
  await page.click("tbody a");
  await page.waitForSelector("#report");
  assert.ok((await page.textContent("#report")).includes("<script>alert(1)</script>"), "it is shown as text");
  if (await page.$("#report a.on")) {
    await page.keyboard.press("n");
    await page.waitForSelector("#panel [data-statement]");
  }
  // Even a script that got in would not run.
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    try { script.textContent = "window.ran = 1"; } catch { return false; }
    document.body.append(script);
    return Boolean(window.ran);
  });
  assert.equal(ran, false);
  assert.deepEqual(noted.filter((one) => !one.includes("Content Security Policy") && !one.includes("TrustedScript")), []);
  await context.close();
  await server.end();
});

test("a page from elsewhere can neither act nor look", async () => {
  const server = await serve("harbour");
  const { page, context } = await open(browser, server);
  const before = readFileSync(join(server.folder, "case.toml"), "utf8");
  const foreign = createServer((_, answer) => {
    answer.setHeader("content-type", "text/html");
    answer.end(`<form id="f" method="post" action="${server.base}/undo"><input name="back" value="/"></form><iframe src="${server.base}/matrix"></iframe>`);
  });
  await new Promise((done) => foreign.listen(0, "127.0.0.1", done));
  await page.goto(`http://localhost:${foreign.address().port}/`);
  const looked = await page.evaluate(async (base) => {
    try { return (await fetch(`${base}/matrix.json`, { credentials: "include" })).status; } catch { return "refused"; }
  }, server.base);
  assert.equal(looked, "refused");
  const [answer] = await Promise.all([page.waitForResponse((one) => one.url().endsWith("/undo")), page.evaluate(() => document.getElementById("f").submit())]);
  assert.equal(answer.status(), 403);
  assert.equal(readFileSync(join(server.folder, "case.toml"), "utf8"), before);
  await new Promise((done) => foreign.close(done));
  await context.close();
  await server.end();
});

test("two browsers do not overwrite each other", async () => {
  const server = await serve("harbour");
  const one = await open(browser, server);
  const other = await open(browser, server);
  await visit(one.page, server, "/model");
  await visit(other.page, server, "/model");
  const edit = async (page, words) => {
    await page.click("#case-text");
    await page.keyboard.press("Control+End");
    await page.keyboard.type(`\n# ${words}\n`);
    await page.click("[data-editor] button[value=text]");
    await page.waitForLoadState("load");
  };
  await edit(one.page, "the first");
  await one.page.waitForSelector("#case-text");
  await edit(other.page, "the second");
  await other.page.waitForSelector(".versions");
  const text = await other.page.textContent("main");
  assert.match(text, /changed in the meantime/);
  assert.ok(text.includes("# the first") && text.includes("# the second"), "both versions are shown");
  const stored = readFileSync(join(server.folder, "case.toml"), "utf8");
  assert.ok(stored.includes("# the first") && !stored.includes("# the second"));
  await one.context.close();
  await other.context.close();
  await server.end();
});

test("what was acknowledged survives a kill", async () => {
  const server = await serve("harbour");
  const { page, context } = await open(browser, server);
  await visit(page, server, "/reports");
  await page.fill("#text", "North said that it accepts observers.");
  await page.fill("#title", "The last one");
  await page.click("form[aria-labelledby=paste] button");
  await page.waitForURL("**/reports/*");
  await server.kill("SIGKILL");
  // The same folder, as the kill left it.
  const again = await serve(null, (folder) => cpSync(server.folder, folder, { recursive: true }));
  const second = await open(browser, again);
  await visit(second.page, again, "/reports");
  assert.match(await second.page.textContent("tbody"), /The last one/);
  await context.close();
  await second.context.close();
  await again.end();
  await server.end();
});
