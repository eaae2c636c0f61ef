// A report: marks that open their statement, words that are taken by selecting them, files that are dropped.
import { load, say, whenShown } from "./live.js";

const text = () => document.getElementById("report");

// How many Unicode scalar values a string has; that is how places in a report are counted.
const scalars = (string) => [...string].length;

// The selection inside the report: its exact words and the place where they begin.
const selected = () => {
  const selection = getSelection();
  const report = text();
  if (!report || !selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!report.contains(range.commonAncestorContainer)) return null;
  const line = (range.startContainer.nodeType === Node.TEXT_NODE ? range.startContainer.parentElement : range.startContainer).closest("[data-start]");
  if (!line) return null;
  const before = document.createRange();
  before.setStart(line, 0);
  before.setEnd(range.startContainer, range.startOffset);
  // White space between the lines of the page's own source is no part of the report.
  const parts = [...report.querySelectorAll("[data-start]")].filter((one) => range.intersectsNode(one)).map((one) => {
    const piece = document.createRange();
    piece.selectNodeContents(one);
    if (piece.compareBoundaryPoints(Range.START_TO_START, range) < 0) piece.setStart(range.startContainer, range.startOffset);
    if (piece.compareBoundaryPoints(Range.END_TO_END, range) > 0) piece.setEnd(range.endContainer, range.endOffset);
    return piece.toString();
  });
  const whole = parts.join("");
  const words = whole.trim();
  if (!words) return null;
  const lead = whole.length - whole.trimStart().length;
  return { words, near: Number(line.dataset.start) + scalars(before.toString()) + scalars(whole.slice(0, lead)) };
};

let remembered = null;

const mark = (id) => {
  const report = text();
  if (!report) return;
  for (const piece of report.querySelectorAll(".chosen")) piece.classList.remove("chosen");
  for (const piece of report.querySelectorAll(`[data-statements~="${CSS.escape(id)}"]`)) piece.classList.add("chosen");
};

const open = async (id) => {
  mark(id);
  const address = `${location.pathname}?statement=${id}`;
  if (await load(`/statements/${id}`, { into: "panel" })) history.replaceState(null, "", address);
};

const step = (by) => {
  const marks = [...document.querySelectorAll("#report a.on")];
  if (!marks.length) return;
  const now = new URLSearchParams(location.search).get("statement");
  const at = marks.findIndex((one) => one.id === `s-${now}`);
  const next = marks[at < 0 ? (by > 0 ? 0 : marks.length - 1) : at + by];
  if (!next) return;
  next.scrollIntoView({ block: "center" });
  document.getElementById("panel").opener = next;
  open(next.id.slice(2));
};

// What was decided shows in the text at once.
const decided = (place) => {
  const card = place.querySelector?.("[data-statement]");
  if (!card) return;
  mark(card.dataset.statement);
  for (const piece of document.querySelectorAll(`#report [data-statements~="${CSS.escape(card.dataset.statement)}"]`)) {
    if (!piece.dataset.statements.startsWith(card.dataset.statement)) continue;
    piece.className = piece.className.replace(/is-\S+/, `is-${card.dataset.status}`);
  }
};

// One file is read on the spot and opened; many are stored first and then read together, beside everything else.
const upload = async (files) => {
  const list = document.getElementById("uploads");
  const endings = document.getElementById("files").accept.split(",");
  const told = (text) => {
    const line = document.createElement("li");
    line.textContent = text;
    list.append(line);
    return line;
  };
  const shown = files.filter((file) => !file.name.startsWith("."));
  const reports = shown.filter((file) => endings.some((ending) => file.name.toLowerCase().endsWith(ending)));
  const others = shown.filter((file) => !reports.includes(file)).map((file) => file.name);
  if (others.length) told(`✗ No reports (${endings.join(", ")}): ${others.slice(0, 5).join(", ")}${others.length > 5 ? ` and ${others.length - 5} more` : ""}`);
  const later = reports.length > 1 ? "?later=yes" : "";
  let taken = 0;
  let address = null;
  for (const file of reports) {
    const line = told(`${file.name} …`);
    try {
      const answer = await fetch(`/reports/files/${encodeURIComponent(file.name)}${later}`, { method: "PUT", body: file, credentials: "same-origin" });
      const said = await answer.json();
      if (answer.ok) {
        taken += 1;
        address = said.address;
        line.textContent = `✓ ${file.name}`;
      } else {
        line.textContent = `✗ ${file.name}: ${said.error}${said.hints.map((hint) => ` (${hint})`).join("")}`;
      }
    } catch {
      line.textContent = `✗ ${file.name}: the page does not answer.`;
    }
  }
  if (taken === 0) return say("No file was taken.");
  if (later) {
    const begun = await fetch("/reports", { method: "POST", body: new URLSearchParams({ do: "read" }), credentials: "same-origin" });
    if (!begun.ok) return say("The files are stored, but cannot be read in now.");
    address = "/reports/reading";
  }
  if (taken === reports.length && !others.length) {
    location.href = address;
    return;
  }
  const link = document.createElement("a");
  link.href = address;
  link.textContent = later ? `${taken} stored: see how they are read` : "Open the report";
  told("").append(link);
  say(link.textContent);
};

const entries = async (items) => {
  const files = [];
  const walk = async (entry) => {
    if (entry.isFile) files.push(await new Promise((done, failed) => entry.file(done, failed)));
    if (entry.isDirectory) {
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((done, failed) => reader.readEntries(done, failed));
        if (!some.length) break;
        for (const inner of some) await walk(inner);
      }
    }
  };
  for (const entry of [...items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean)) await walk(entry);
  return files;
};

export const begin = () => {
  document.addEventListener("selectionchange", () => {
    const found = selected();
    if (found) remembered = found;
  });
  document.addEventListener("click", (event) => {
    const piece = event.target.closest("#report [data-statements]");
    if (piece && getSelection().isCollapsed && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      open(piece.dataset.statements.split(" ")[0]);
      return;
    }
    const take = event.target.closest("[data-take]");
    if (!take) return;
    if (!remembered) return say("Select words in the report first.");
    const field = document.getElementById(take.dataset.take);
    field.value = remembered.words;
    if (take.dataset.near) document.getElementById(take.dataset.near).value = String(remembered.near);
    field.closest("details")?.setAttribute("open", "");
    say(`Taken: ${remembered.words}`);
    field.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (!text() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) return;
    if (event.key === "n") step(1);
    if (event.key === "p") step(-1);
    if (event.key === "t") {
      const take = document.querySelector("#correct [data-take]");
      if (take && !take.checkVisibility()) {
        event.preventDefault();
        take.click();
      }
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.type === "file") upload([...event.target.files]);
  });
  document.addEventListener("dragover", (event) => {
    if (document.querySelector("[data-drop]")) event.preventDefault();
  });
  document.addEventListener("drop", async (event) => {
    if (!document.querySelector("[data-drop]")) return;
    event.preventDefault();
    const loose = [...event.dataTransfer.files];
    const found = await entries(event.dataTransfer.items);
    upload(found.length ? found : loose);
  });
  whenShown(decided);
};
