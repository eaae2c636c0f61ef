// How quick the page is in a real browser: the first view, 200 interactions, and the longest task on the page's thread.
// Prints a table for docs/benchmarks.md; it is a measurement and no test.
//
//     cargo build --release && node benches/page.mjs [example]
import { launch, open, serve, visit } from "../tests/page/support.js";

const example = process.argv[2] ?? "harbour";
const server = await serve(example);
const browser = await launch();
const { page, context } = await open(browser, server);
await context.addInitScript(() => {
  window.long = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.long = Math.max(window.long, entry.duration);
  }).observe({ type: "longtask", buffered: true });
});

const rows = [];
let longest = 0;
const tell = async (what, times) => {
  times.sort((one, other) => one - other);
  const at = (share) => times[Math.min(times.length - 1, Math.ceil(times.length * share) - 1)].toFixed(0);
  longest = Math.max(longest, await page.evaluate(() => window.long));
  rows.push(`| ${what} | ${times.length} | ${at(0.5)} | ${at(0.95)} | ${at(1)} |`);
};

// The first view: from asking for the address to a page that is drawn; the address differs, so nothing is kept.
const first = [];
for (let at = 0; at < 20; at += 1) {
  const began = performance.now();
  await page.goto(`${server.base}/matrix?issue=${at % 2 ? "" : " "}&again=${at}`);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  first.push(performance.now() - began);
}
await tell("first view, drawn", first);

// A cell: from the key to its words in the panel.
await visit(page, server, "/matrix");
const cells = await page.$$("a.cell");
const opened = [];
for (let at = 0; at < 100; at += 1) {
  const cell = cells[at % cells.length];
  await cell.focus();
  const began = performance.now();
  const answered = page.waitForResponse((answer) => answer.url().includes("/cells/"));
  await page.keyboard.press("Enter");
  await answered;
  await page.waitForFunction(() => !document.querySelector("#panel").hasAttribute("aria-busy"), null, { polling: "raf" });
  opened.push(performance.now() - began);
}
await tell("open a cell", opened);

// A decision: from the key to the answer in the panel. It is on disk before it is answered.
const reports = await page.evaluate(async () => (await (await fetch("/reports.json")).json()).reports);
await visit(page, server, `/reports/${reports[0].id}`);
await page.keyboard.press("n");
await page.waitForSelector("#panel [data-statement]");
const decided = [];
for (let at = 0; at < 100; at += 1) {
  const seen = await page.inputValue("#panel [name=seen]");
  const began = performance.now();
  await page.keyboard.press(at % 2 ? "c" : "x");
  await page.waitForFunction((old) => document.querySelector("#panel [name=seen]")?.value !== old, seen, { polling: "raf" });
  decided.push(performance.now() - began);
}
await tell("confirm or reject, on disk", decided);

console.log(`| ${example} | times | median ms | 95th percentile ms | longest ms |\n|---|---:|---:|---:|---:|`);
console.log(rows.join("\n"));
console.log(`\nlongest task on the page's thread: ${longest ? `${longest.toFixed(0)} ms` : "none above 50 ms"}`);
await browser.close();
await server.end();
