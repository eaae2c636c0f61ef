// The matrix: arrow keys from cell to cell, and a slider over the days.
import { whenShown } from "./live.js";

const move = (event) => {
  const cell = event.target.closest?.("[data-cells] a.cell");
  if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...cell.closest("tbody").rows].map((row) => [...row.querySelectorAll("a.cell")]);
  const row = rows.findIndex((cells) => cells.includes(cell));
  const column = rows[row].indexOf(cell);
  const to = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    Home: [row, 0],
    End: [row, rows[row].length - 1],
    PageUp: [0, column],
    PageDown: [rows.length - 1, column],
  }[event.key];
  const next = to && rows[to[0]]?.[to[1]];
  if (!to) return;
  event.preventDefault();
  next?.focus();
};

// A list of days becomes a slider with the day written beside it; the list stays for choosing by name.
const slide = (place) => {
  const list = place.querySelector?.("select[data-slider]");
  if (!list || list.options.length < 3 || list.dataset.done) return;
  list.dataset.done = "yes";
  const slider = document.createElement("input");
  slider.type = "range";
  slider.id = "as-of-slider";
  slider.min = "1";
  slider.max = String(list.options.length - 1);
  slider.value = String(Math.max(1, list.selectedIndex === 0 ? list.options.length - 1 : list.selectedIndex));
  slider.setAttribute("aria-label", "Replay: the day");
  const told = () => slider.setAttribute("aria-valuetext", list.options[slider.valueAsNumber].text);
  told();
  slider.addEventListener("input", () => {
    list.selectedIndex = slider.valueAsNumber;
    told();
  });
  list.after(slider);
};

export const begin = () => {
  document.addEventListener("keydown", move);
  whenShown(slide);
};
