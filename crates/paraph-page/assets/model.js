// The model's editor, and lists that are put in another order by dragging.
import { load, say, whenShown } from "./live.js";

let waiting = 0;

const numbered = (area) => {
  const count = area.value.split("\n").length;
  const numbers = area.parentElement.querySelector(".numbers");
  const told = Array.from({ length: count }, (_, at) => at + 1).join("\n");
  if (numbers.textContent.trimEnd() !== told) numbers.textContent = told;
  numbers.style.setProperty("--top", `${-area.scrollTop}px`);
  numbers.scrollTop = area.scrollTop;
};

const check = (area) => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    load("/model/check", { into: "diagnostics", method: "POST", body: new URLSearchParams({ text: area.value }), focus: false });
  }, 250);
};

const goTo = (line, column) => {
  const area = document.getElementById("case-text");
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + [...lines[line - 1]].slice(0, column - 1).join("").length;
  area.focus();
  area.setSelectionRange(start, start);
  const height = area.scrollHeight / lines.length;
  area.scrollTop = Math.max(0, (line - 6) * height);
};

// The order of a list, told to the form or to the server.
const ordered = (list, from, to) => {
  if (list.dataset.sortable) {
    const field = list.parentElement.querySelector("[data-order]");
    field.value = `${list.dataset.sortable}:${[...list.children].map((item) => item.dataset.at).join(",")}`;
    list.closest("form").requestSubmit();
    return;
  }
  const seen = document.querySelector("[data-editor] [name=seen]").value;
  const body = new URLSearchParams({ do: "move", seen, id: list.dataset.reorder, from, to });
  load("/model", { method: "POST", body, focus: false });
};

const shift = (item, by) => {
  const list = item.parentElement;
  const from = [...list.children].indexOf(item);
  const to = from + by;
  if (to < 0 || to >= list.children.length) return;
  list.insertBefore(item, by > 0 ? list.children[to].nextSibling : list.children[to]);
  say(`Place ${to + 1} of ${list.children.length}`);
  ordered(list, from, to);
};

const sortable = (place) => {
  for (const list of place.querySelectorAll?.(".sortable[data-sortable], .sortable[data-reorder]") ?? []) {
    for (const item of list.children) item.draggable = true;
  }
};

export const begin = () => {
  let dragged = null;
  let from = 0;
  document.addEventListener("dragstart", (event) => {
    const item = event.target.closest?.(".sortable > li");
    if (!item) return;
    dragged = item;
    from = [...item.parentElement.children].indexOf(item);
    event.dataTransfer.effectAllowed = "move";
  });
  document.addEventListener("dragover", (event) => {
    const over = event.target.closest?.(".sortable > li");
    if (!dragged || !over || over.parentElement !== dragged.parentElement) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    over.parentElement.insertBefore(dragged, event.clientY > box.top + box.height / 2 ? over.nextSibling : over);
  });
  document.addEventListener("dragend", () => {
    if (!dragged) return;
    const list = dragged.parentElement;
    const to = [...list.children].indexOf(dragged);
    dragged = null;
    if (to !== from) ordered(list, from, to);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-up], [data-down]");
    if (button) shift(button.closest("li"), button.dataset.up !== undefined ? -1 : 1);
    const place = event.target.closest("[data-line]");
    if (place) goTo(Number(place.dataset.line), Number(place.dataset.column));
  });
  document.addEventListener("input", (event) => {
    if (event.target.id !== "case-text") return;
    numbered(event.target);
    check(event.target);
  });
  document.addEventListener("scroll", (event) => {
    if (event.target.id === "case-text") numbered(event.target);
  }, true);
  document.addEventListener("keydown", (event) => {
    const area = event.target.closest?.("#case-text");
    if (!area) return;
    if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      area.form.querySelector("button[value=text]").click();
    }
  });
  whenShown((place) => {
    sortable(place);
    const area = place.querySelector?.("#case-text");
    if (area) numbered(area);
  });
};
