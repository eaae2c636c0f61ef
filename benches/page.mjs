// How quick the page is in a real browser, on several worlds. Prints tables for docs/benchmarks.md; it is a
// measurement and no test.
//
//     cargo build --release && node benches/page.mjs [WORLD…]
//
// Worlds: harbour, many (100,000 statements), long (a report of 200,000 words), wide (60 issues by 12 parties),
// what-if (65,536 outcomes) and load (200 requests at once for a minute). None named: all of them.
// KEEP=FOLDER keeps the made ledger of `many` between runs; PICTURES=FOLDER keeps pictures of what was measured.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { launch, open, program, serve, visit } from "../tests/page/support.js";

const WORLDS = ["harbour", "many", "long", "wide", "what-if", "load"];
const wanted = process.argv.slice(2);
const unknown = wanted.find((world) => !WORLDS.includes(world));
if (unknown) throw new Error(`there is no world ${unknown}; there are ${WORLDS.join(", ")}`);
const pictures = process.env.PICTURES;
if (pictures) mkdirSync(pictures, { recursive: true });

// The same numbers in every run (mulberry32).
const dice = (seed) => (below) => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
};

const PARTIES = ["North", "South", "East", "West", "Upland", "Lowland", "Harbour Board", "River League", "Coast Union", "Inland Council", "Rail Workers", "Port Authority"];
const THINGS = ["patrols", "tolls", "grain", "pilots", "cranes", "ferries", "quotas", "wages", "tariffs", "dredging", "lighthouses", "customs"];
const VERBS = ["said that it rejects", "said that it accepts", "said that it demands", "said that it will discuss", "denied that it wants"];
const WORDS = "along the outer quay before the season ends with half of the crews under the old rules for another year".split(" ");

const id = (name) => name.toLowerCase().replaceAll(" ", "-");

const caseOf = (parties, issues, more = "") => [
  "[case]\ntitle = \"Measured talks\"\n",
  ...parties.map((name) => `[party.${id(name)}]\nname = "${name}"\n`),
  ...issues.map((name, at) => `[issue.${id(name)}]\ntitle = "${name}"\noptions = ["none", "some", "all"]\nstatus-quo = "none"\nmoved-by = ["${id(parties[at % parties.length])}"]\nwords = ["${name}"]\n`),
  more,
].join("\n");

const sentence = (roll) => `${PARTIES[roll(PARTIES.length)]} ${VERBS[roll(VERBS.length)]} ${THINGS[roll(THINGS.length)]} ${Array.from({ length: 5 + roll(6) }, () => WORDS[roll(WORDS.length)]).join(" ")}.`;

const longest = new Map();

// A window that notes every task that keeps the page's thread busy for longer than 50 ms.
const window_ = async (browser, server, options) => {
  const opened = await open(browser, server, options);
  await opened.context.addInitScript(() => {
    window.tasks = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.tasks.push(entry.duration);
    }).observe({ type: "longtask", buffered: true });
  });
  return opened;
};

const noteTasks = async (world, page) => {
  const now = await page.evaluate(() => Math.max(0, ...(window.tasks ?? [])));
  longest.set(world, Math.max(longest.get(world) ?? 0, now));
};

const share = (times, part) => [...times].sort((one, other) => one - other)[Math.min(times.length - 1, Math.ceil(times.length * part) - 1)];

const row = (world, what, times, target) => {
  const at = (part) => share(times, part).toFixed(0);
  console.log(`| ${world} | ${what} | ${times.length} | ${at(0.5)} | ${at(0.95)} | ${at(1)} | ${target} |`);
};

const drawn = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

// Two hundred interactions and some looks at whole views, each from the key or the click to what it changes on the page.
const interactions = async (world, page, server) => {
  const first = [];
  for (let at = 0; at < 20; at += 1) {
    const began = performance.now();
    await page.goto(`${server.base}/matrix?again=${at}`);
    await drawn(page);
    first.push(performance.now() - began);
    await noteTasks(world, page);
  }
  row(world, "first view, drawn", first, "≤ 200");
  for (const [what, address] of [["timeline", "/timeline"], ["reports", "/reports"], ["actors", "/actors"], ["review", "/review"]]) {
    const times = [];
    for (let at = 0; at < 6; at += 1) {
      const began = performance.now();
      await page.goto(`${server.base}${address}?again=${at}`);
      await drawn(page);
      times.push(performance.now() - began);
      await noteTasks(world, page);
    }
    row(world, `${what}, drawn`, times, "–");
  }
  const all = [];
  const timed = async (act, done) => {
    const began = performance.now();
    const arrives = done();
    await act();
    await arrives;
    all.push(performance.now() - began);
  };
  const panel = () => page.waitForFunction(() => !document.querySelector("#panel").hasAttribute("aria-busy") && document.querySelector("#panel h2"), null, { polling: "raf" });
  // Cells: 50, by arrow keys and Enter.
  await visit(page, server, "/matrix");
  const cells = await page.$$("a.cell");
  for (let at = 0; at < 50; at += 1) {
    await cells[(at * 7) % cells.length].focus();
    await timed(() => page.keyboard.press("Enter"), async () => {
      await page.waitForResponse((answer) => answer.url().includes("/cells/"));
      await panel();
    });
  }
  row(world, "open a cell", all.slice(-50), "≤ 100");
  await noteTasks(world, page);
  // Marks and verdicts: 40 statements opened, 60 decided; what is decided is on disk before it is answered.
  const reports = await page.evaluate(async () => (await (await fetch("/reports.json")).json()).reports);
  await visit(page, server, `/reports/${reports[0].id}`);
  for (let at = 0; at < 40; at += 1) {
    const back = await page.evaluate(() => [...document.querySelectorAll("#report a.on")].at(-1)?.id.slice(2) === new URLSearchParams(location.search).get("statement"));
    if (back) await visit(page, server, `/reports/${reports[0].id}`);
    await timed(() => page.keyboard.press("n"), async () => {
      await page.waitForResponse((answer) => answer.url().includes("/statements/"));
      await panel();
    });
  }
  row(world, "open a mark", all.slice(-40), "≤ 100");
  for (let at = 0; at < 60; at += 1) {
    const seen = await page.inputValue("#panel [name=seen]");
    await timed(() => page.keyboard.press(at % 2 ? "c" : "x"), () => page.waitForFunction((old) => document.querySelector("#panel [name=seen]")?.value !== old, seen, { polling: "raf" }));
  }
  row(world, "confirm or reject, on disk", all.slice(-60), "≤ 100");
  await noteTasks(world, page);
  // Corrections: 15, on disk.
  for (let at = 0; at < 15; at += 1) {
    const seen = await page.inputValue("#panel [name=seen]");
    await page.evaluate((act) => { document.querySelector("#correct").open = true; document.querySelector("#act").value = act; }, ["demand", "reject", "offer"][at % 3]);
    await timed(() => page.click("#panel button[value=correct]"), () => page.waitForFunction((old) => document.querySelector("#panel [name=seen]")?.value !== old, seen, { polling: "raf" }));
  }
  row(world, "correct, on disk", all.slice(-15), "≤ 100");
  // Filters of the matrix: 15. Searches: 10. Filters of the timeline: 10.
  await visit(page, server, "/matrix");
  for (let at = 0; at < 15; at += 1) {
    await timed(() => page.selectOption("#stance-filter", at % 2 ? "" : { index: 1 + (at % 5) }), async () => {
      await page.waitForResponse((answer) => answer.url().includes("/matrix"));
      await page.waitForFunction(() => !document.querySelector("#main").hasAttribute("aria-busy"), null, { polling: "raf" });
    });
  }
  row(world, "filter the matrix", all.slice(-15), "≤ 100");
  await noteTasks(world, page);
  for (let at = 0; at < 10; at += 1) {
    await timed(() => page.goto(`${server.base}/search?text=${encodeURIComponent(`${THINGS[at]} ${WORDS[at]}`)}`), () => page.waitForLoadState("domcontentloaded"));
  }
  row(world, "search everything", all.slice(-10), "≤ 100");
  await noteTasks(world, page);
  await visit(page, server, "/timeline");
  for (let at = 0; at < 10; at += 1) {
    await timed(() => page.selectOption("#t-party", { index: 1 + (at % 2) }), async () => {
      await page.waitForResponse((answer) => answer.url().includes("/timeline"));
      await page.waitForFunction(() => !document.querySelector("#main").hasAttribute("aria-busy"), null, { polling: "raf" });
    });
  }
  row(world, "filter the timeline", all.slice(-10), "≤ 100");
  await noteTasks(world, page);
  row(world, `**all ${all.length} interactions**`, all, "≤ 100");
};

const harbour = async (browser) => {
  const server = await serve("harbour");
  const { page, context } = await window_(browser, server);
  await interactions("harbour", page, server);
  await context.close();
  await server.end();
};

// A hundred thousand statements: 5,000 reports of twenty sentences, read by paraph itself; three in ten are confirmed.
const made = (folder) => {
  const kept = process.env.KEEP && join(process.env.KEEP, "many");
  if (kept && existsSync(join(kept, "ledger.db"))) return cpSync(kept, folder, { recursive: true });
  mkdirSync(join(folder, "reports"), { recursive: true });
  writeFileSync(join(folder, "case.toml"), caseOf(PARTIES.slice(0, 8), THINGS));
  const roll = dice(7);
  for (let at = 0; at < 5000; at += 1) {
    const day = new Date(Date.UTC(2023, 0, 1 + (at % 1000))).toISOString().slice(0, 10);
    const text = Array.from({ length: 20 }, () => sentence(roll)).join(" ");
    writeFileSync(join(folder, "reports", `${day}-${String(at).padStart(4, "0")}.txt`), `---\ntitle: Report ${at}\ndate: ${day}\n---\n${text}\n`);
  }
  const run = (...words) => execFileSync(program, words, { maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "ignore"] }).toString();
  run("read", folder, "--author", "Ana");
  const listed = JSON.parse(run("statements", "list", folder, "--status", "proposed", "--audience", "restricted", "--format", "json"));
  const ids = listed.statements.map((one) => one.id);
  remarks.push(`${ids.length} statements were made`);
  const chosen = ids.filter(() => roll(10) < 3);
  for (let at = 0; at < chosen.length; at += 5000) run("statements", "confirm", folder, ...chosen.slice(at, at + 5000), "--author", "Ana");
  if (kept) cpSync(folder, kept, { recursive: true });
};

const many = async (browser) => {
  const server = await serve(null, made);
  const { page, context } = await window_(browser, server);
  await interactions("100,000 statements", page, server);
  await context.close();
  await server.end();
};

// Scrolls through the whole page in steps, one a frame, and gives the times between frames.
const scrolled = (page, steps) => page.evaluate((count) => new Promise((done) => {
  const times = [];
  const height = document.documentElement.scrollHeight;
  let at = 0;
  let before = performance.now();
  const step = (now) => {
    times.push(now - before);
    before = now;
    at += 1;
    if (at > count) return done(times.slice(1));
    window.scrollTo(0, (height * at) / count);
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}), steps);

const long = async (browser) => {
  const roll = dice(11);
  const lines = [];
  let words = 0;
  while (words < 200_000) {
    const plain = Array.from({ length: 60 }, () => WORDS[roll(WORDS.length)]).join(" ");
    const line = `${plain}. ${sentence(roll)} ${plain}.`;
    lines.push(line);
    words += line.split(" ").length;
  }
  const text = lines.join("\n\n");
  const server = await serve("harbour", (folder) => {
    writeFileSync(join(folder, "case.toml"), caseOf(PARTIES.slice(0, 4), THINGS.slice(0, 6)));
    for (const inside of ["scenarios", "drafts", "reports", "ledger.db", "journal.jsonl"]) rmSync(join(folder, inside), { recursive: true, force: true });
  });
  const { page, context } = await window_(browser, server);
  const began = performance.now();
  const taken = await page.evaluate(async (body) => (await fetch("/reports/files/long.txt", { method: "PUT", body })).json(), text);
  row("200,000 words", "store and read it", [performance.now() - began], "–");
  const opened = [];
  for (let at = 0; at < 5; at += 1) {
    const start = performance.now();
    await page.goto(`${server.base}${taken.address}?again=${at}`);
    await page.waitForSelector("#report");
    await drawn(page);
    opened.push(performance.now() - start);
    await noteTasks("200,000 words", page);
  }
  row("200,000 words", "open it, drawn", opened, "–");
  await page.evaluate(() => { window.tasks = []; });
  row("200,000 words", "a frame while scrolling through it", await scrolled(page, 300), "–");
  await noteTasks("200,000 words, scrolling", page);
  await page.evaluate(() => { window.tasks = []; window.scrollTo(0, 0); });
  const marks = [];
  for (let at = 0; at < 40; at += 1) {
    const start = performance.now();
    const answered = page.waitForResponse((answer) => answer.url().includes("/statements/"));
    await page.keyboard.press("n");
    await answered;
    await page.waitForFunction(() => !document.querySelector("#panel").hasAttribute("aria-busy"), null, { polling: "raf" });
    marks.push(performance.now() - start);
  }
  row("200,000 words", "open a mark", marks, "≤ 100");
  const decided = [];
  for (let at = 0; at < 40; at += 1) {
    const seen = await page.inputValue("#panel [name=seen]");
    const start = performance.now();
    await page.keyboard.press(at % 2 ? "c" : "x");
    await page.waitForFunction((old) => document.querySelector("#panel [name=seen]")?.value !== old, seen, { polling: "raf" });
    decided.push(performance.now() - start);
  }
  row("200,000 words", "confirm or reject, on disk", decided, "≤ 100");
  await noteTasks("200,000 words, marking", page);
  if (pictures) await page.screenshot({ path: join(pictures, "long.png") });
  await context.close();
  await server.end();
};

// Sixty issues by twelve parties, two in three cells set by hand.
const wide = async (browser) => {
  const issues = Array.from({ length: 60 }, (_, at) => `${THINGS[at % THINGS.length]} in the ${["north", "south", "east", "west", "middle"][at % 5]} basin ${1 + Math.floor(at / 12)}`);
  const server = await serve(null, (folder) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "case.toml"), caseOf(PARTIES, issues));
  });
  const { page, context } = await window_(browser, server);
  const roll = dice(5);
  const stances = ["accepts", "accepts if", "offers", "will discuss", "demands", "reserved", "rejects", "no comment"];
  const set = [];
  for (const issue of issues) {
    for (const party of PARTIES) {
      if (roll(3) > 0) set.push([`/cells/${id(issue)}/${id(party)}`, `stance=${stances[roll(8)].replace(" ", "+")}&option=${["none", "some", "all"][roll(3)]}&reason=told+at+the+table`]);
    }
  }
  await page.evaluate(async (all) => {
    for (const [address, body] of all) {
      await fetch(address, { method: "POST", body, headers: { "content-type": "application/x-www-form-urlencoded", "x-paraph-part": "panel" }, redirect: "manual" });
    }
  }, set);
  await interactionsWide(page, server);
  if (pictures) {
    await visit(page, server, "/matrix");
    await page.screenshot({ path: join(pictures, "wide.png") });
    await page.evaluate(() => document.querySelector(".grid").scrollTo(500, 1500));
    await page.screenshot({ path: join(pictures, "wide-scrolled.png") });
    const phone = await window_(browser, server, { viewport: { width: 390, height: 844 }, isMobile: true });
    await visit(phone.page, server, "/matrix");
    await phone.page.screenshot({ path: join(pictures, "wide-phone.png") });
    await phone.context.close();
  }
  await context.close();
  await server.end();
};

const interactionsWide = async (page, server) => {
  const first = [];
  for (let at = 0; at < 10; at += 1) {
    const began = performance.now();
    await page.goto(`${server.base}/matrix?again=${at}`);
    await drawn(page);
    first.push(performance.now() - began);
    await noteTasks("60 × 12", page);
  }
  row("60 × 12", "first view, drawn", first, "≤ 200");
  const cells = await page.$$("a.cell");
  const opened = [];
  for (let at = 0; at < 50; at += 1) {
    await cells[(at * 37) % cells.length].focus();
    const began = performance.now();
    const answered = page.waitForResponse((answer) => answer.url().includes("/cells/"));
    await page.keyboard.press("Enter");
    await answered;
    await page.waitForFunction(() => !document.querySelector("#panel").hasAttribute("aria-busy"), null, { polling: "raf" });
    opened.push(performance.now() - began);
  }
  row("60 × 12", "open a cell", opened, "≤ 100");
  await noteTasks("60 × 12", page);
};

// What if, on 65,536 outcomes: sixteen issues, five parties with eight priorities each.
const whatIf = async (browser) => {
  const roll = dice(3);
  const parties = PARTIES.slice(0, 5);
  const issues = Array.from({ length: 16 }, (_, at) => `p${at}`);
  const wishes = parties.map((name) => Array.from({ length: 8 }, () => `[[party.${id(name)}.prefers]]\nthat = "${roll(2) ? "" : "not "}p${roll(16)} ${["or", "and", "iff"][roll(3)]} p${roll(16)}"\nbasis = "assumed"\n`).join("")).join("\n");
  const server = await serve(null, (folder) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "case.toml"), [
      "[case]\ntitle = \"Sixteen points\"\n",
      ...parties.map((name) => `[party.${id(name)}]\nname = "${name}"\n`),
      ...issues.map((name, at) => `[issue.${name}]\nstatus-quo = "no"\nmoved-by = ["${id(parties[at % 5])}"]\n`),
      wishes,
      "[[constraint]]\nnever = \"p0 and p1 and p2\"\nbecause = \"measured\"\n",
    ].join("\n"));
  });
  const { page, context } = await window_(browser, server);
  await visit(page, server, "/what-if");
  const answers = [];
  const done = async (act) => {
    const began = performance.now();
    const answered = page.waitForResponse((answer) => answer.url().includes("/what-if"));
    await act();
    await answered;
    await page.waitForFunction(() => !document.querySelector("#main").hasAttribute("aria-busy") && !document.querySelector("[data-work]"), null, { polling: "raf" });
    answers.push(performance.now() - began);
  };
  // Every change differs from all before it, so that nothing was kept.
  for (let at = 0; at < 16; at += 1) await done(() => page.selectOption(`#hold-p${at}`, { index: 1 + (at % 2) }));
  for (let at = 0; at < 16; at += 1) await done(() => page.selectOption(`#hold-p${at}`, { index: 0 }));
  for (let at = 0; at < 18; at += 1) await done(() => page.locator("[data-down]:enabled").nth((at * 3) % 30).click());
  row("2¹⁶ outcomes", "what if, answered and drawn", answers, "≤ 100");
  await noteTasks("2¹⁶ outcomes", page);
  await context.close();
  await server.end();
};

const memory = (pid) => {
  const line = readFileSync(`/proc/${pid}/status`, "utf8").split("\n").find((one) => one.startsWith("VmRSS"));
  return Number(line.match(/\d+/)[0]) / 1024;
};

// Two hundred requests under way at any time, for a minute.
const load = async () => {
  const server = await serve("harbour");
  const url = new URL(server.address);
  const ask = (address, cookie, agent) => new Promise((done) => {
    const request = http.get({ host: "127.0.0.1", port: url.port, path: address, agent, headers: { cookie } }, (answer) => {
      answer.resume();
      answer.on("end", () => done({ status: answer.statusCode, cookie: answer.headers["set-cookie"]?.[0].split(";")[0] }));
      answer.on("error", () => done({ status: 0 }));
    });
    request.on("error", () => done({ status: 0 }));
    request.setTimeout(30_000, () => request.destroy());
  });
  const { cookie } = await ask(url.pathname + url.search, "", undefined);
  const addresses = ["/matrix", "/matrix.json", "/reports", "/timeline?proposed=yes", "/actors", "/search?text=fees", "/agree", "/hold", "/brief.json", "/model", "/log", "/review", "/assets/page.css", "/nowhere"];
  const agent = new http.Agent({ keepAlive: true, maxSockets: 200 });
  for (const address of addresses) await ask(address, cookie, agent);
  const seconds = Number(process.env.SECONDS ?? 60);
  const times = [];
  let wrong = 0;
  const turn = async (at, until) => {
    for (let number = at; performance.now() < until; number += 1) {
      const began = performance.now();
      const address = addresses[number % addresses.length];
      const { status } = await ask(address + (number % 3 === 0 && !address.includes("?") && !address.includes("css") ? `?n=${number}` : ""), cookie, agent);
      times.push(performance.now() - began);
      if (status !== (address === "/nowhere" ? 404 : 200) && status !== 202) wrong += 1;
    }
  };
  const all = (length) => Promise.all(Array.from({ length: 200 }, (_, at) => turn(at, performance.now() + length * 1000)));
  // The first seconds fill the kept answers and the threads' own memory.
  await all(Math.min(10, seconds));
  const before = memory(server.pid);
  times.length = 0;
  await all(seconds);
  const after = memory(server.pid);
  row("200 at once", `a request, ${seconds} s`, times, "no error");
  remarks.push(`200 at once for ${seconds} s: ${times.length} requests, ${wrong} errors; the server's memory ${before.toFixed(0)} MiB before and ${after.toFixed(0)} MiB after`);
  agent.destroy();
  await server.end();
};

const browser = await launch();
const run = { harbour, many, long, wide, "what-if": whatIf, load };
console.log("| world | what | times | median ms | 95th percentile ms | longest ms | target |\n|---|---|---:|---:|---:|---:|---|");
const remarks = [];
for (const world of wanted.length ? wanted : WORLDS) await run[world](browser);
await browser.close();
if (remarks.length) console.log(`\n${remarks.join("\n")}`);
console.log("\nLongest task on the page's thread:");
for (const [world, time] of longest) console.log(`- ${world}: ${time ? `${time.toFixed(0)} ms` : "none above 50 ms"}`);
