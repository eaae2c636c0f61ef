// Every view: what axe finds in light and in dark, at a desk and on a phone; pictures to look at.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { VIEWS, launch, open, serve, visit } from "./support.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = process.env.PICTURES;

let browser;
let server;
before(async () => {
  browser = await launch();
  server = await serve("harbour");
  // Something was read in, so that there is something to show of it.
  const { page, context } = await open(browser, server);
  await visit(page, server, "/reports");
  await page.evaluate(() => fetch("/reports", { method: "POST", body: new URLSearchParams({ do: "read" }) }));
  await context.close();
  if (pictures) mkdirSync(pictures, { recursive: true });
});
after(async () => {
  await browser?.close();
  await server?.end();
});

const found = (page) => page.evaluate(async () => {
  const result = await window.axe.run(document, { iframes: false });
  return result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target} ${node.failureSummary?.split("\n")[1] ?? ""}`).slice(0, 3).join(" | ")}`);
});

for (const colors of ["light", "dark"]) {
  for (const [size, options] of [
    ["desk", { viewport: { width: 1360, height: 860 } }],
    ["phone", { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }],
  ]) {
    test(`every view, ${colors}, ${size}`, async () => {
      // axe is put in by the browser's own tools, which the policy of the page does not concern.
      const { page, noted, context } = await open(browser, server, { ...options, colorScheme: colors, bypassCSP: true, reducedMotion: "reduce" });
      await context.addInitScript(axe);
      const statement = await page.evaluate(async () => {
        const reports = await (await fetch("/reports.json")).json();
        const report = await (await fetch(`/reports/${reports.reports[0].id}.json`)).json();
        return [reports.reports[0].id, report.statements[0].id];
      });
      const matrix = await page.evaluate(async () => (await fetch("/matrix.json")).json());
      const filled = matrix.cells.find((cell) => cell.statements.length) ?? matrix.cells[0];
      const views = [
        ...VIEWS,
        ["report", `/reports/${statement[0]}?statement=${statement[1]}`],
        ["cell", `/cells/${filled.issue}/${filled.party}`],
        ["trouble", "/nowhere"],
      ];
      for (const [name, address] of views) {
        await visit(page, server, address);
        assert.deepEqual(await found(page), [], `${name}, ${colors}, ${size}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wide <= 1, `${name} is ${wide} pixels too wide on a ${size}`);
        if (pictures) await page.screenshot({ path: `${pictures}/${name}-${size}-${colors}.png`, fullPage: size === "phone" ? false : false });
      }
      assert.deepEqual(noted, []);
      await context.close();
    });
  }
}

test("at 200 % nothing is cut off", async () => {
  const { page, context } = await open(browser, server, { viewport: { width: 680, height: 430 } });
  for (const [name, address] of VIEWS) {
    await visit(page, server, address);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 1, `${name} is ${wide} pixels too wide`);
  }
  await context.close();
});
