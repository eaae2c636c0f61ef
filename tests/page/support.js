// A server over a copy of an example, and a browser that notes every request that leaves the machine.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

export const program = [process.env.PARAPH, join(root, "target/release/paraph"), join(root, "target/debug/paraph")]
  .find((path) => path && existsSync(path));

const browserPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

export const VIEWS = [
  ["matrix", "/matrix"],
  ["reports", "/reports"],
  ["reading", "/reports/reading"],
  ["review", "/review"],
  ["timeline", "/timeline?proposed=yes"],
  ["actors", "/actors"],
  ["actor", "/actors/north"],
  ["drafts", "/drafts"],
  ["model", "/model"],
  ["agree", "/agree"],
  ["what-if", "/what-if"],
  ["hold", "/hold"],
  ["explain", "/hold/status-quo"],
  ["brief", "/brief"],
  ["log", "/log"],
  ["search", "/search?text=fees"],
  ["help", "/help"],
];

// Starts `paraph serve` over a copy of an example; `change` may change the copy first.
export const serve = async (example, change = () => {}) => {
  if (!program) throw new Error("build paraph first: cargo build --release");
  const home = mkdtempSync(join(tmpdir(), "paraph-page-"));
  const folder = join(home, "case");
  if (example) cpSync(join(root, "examples", example), folder, { recursive: true });
  change(folder);
  const child = spawn(program, ["serve", folder, "--author", "Ana"], { stdio: ["ignore", "pipe", "inherit"] });
  const address = await new Promise((done, failed) => {
    let text = "";
    child.stdout.on("data", (piece) => {
      text += piece;
      if (text.includes("\n")) done(text.split("\n")[0]);
    });
    child.once("exit", (code) => failed(new Error(`paraph serve ended with ${code}`)));
  });
  const base = new URL(address).origin;
  return {
    address, base, folder, pid: child.pid,
    kill: (signal) => new Promise((done) => { child.once("exit", done); child.kill(signal); }),
    end: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        await new Promise((done) => { child.once("exit", done); child.kill("SIGTERM"); });
      }
      rmSync(home, { recursive: true, force: true });
    },
  };
};

export const launch = () => {
  if (!browserPath) throw new Error("there is no chromium on this machine");
  return chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-gpu"] });
};

// A window that was let in. Whatever it asks of another place, says in its console or throws is noted.
export const open = async (browser, server, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, ...options });
  const page = await context.newPage();
  const noted = [];
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(server.base) && !url.startsWith("data:") && !url.startsWith("blob:")) noted.push(`asks ${url}`);
  });
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) noted.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => noted.push(`throws: ${error.message}`));
  page.on("dialog", (dialog) => {
    noted.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  await page.goto(server.address);
  return { context, page, noted };
};

// Goes to an address and waits until it is worked out.
export const visit = async (page, server, address) => {
  await page.goto(server.base + address);
  await page.waitForFunction(() => !document.querySelector("[data-work]"), null, { timeout: 60_000 });
};

export const write = (folder, name, text) => writeFileSync(join(folder, name), text);
