// Keys that count everywhere, outside of fields.

const GO = { m: "/matrix", r: "/reports", q: "/review", t: "/timeline", a: "/agree", w: "/hold", e: "/model", b: "/brief" };

let going = false;

const inField = (target) => target.closest("input, textarea, select, [contenteditable]");

const visible = (element) => element && element.checkVisibility?.() !== false;

export const begin = () => {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target;
    if (event.key === "Escape") {
      const panel = document.getElementById("panel");
      if (inField(target)) return target.blur();
      if (panel && !panel.hidden && panel.contains(target)) {
        event.preventDefault();
        (panel.opener?.isConnected ? panel.opener : document.getElementById("main")).focus();
      }
      return;
    }
    if (inField(target)) return;
    if (going) {
      going = false;
      if (GO[event.key]) {
        event.preventDefault();
        location.href = GO[event.key];
      }
      return;
    }
    switch (event.key) {
      case "g":
        going = true;
        setTimeout(() => { going = false; }, 1500);
        return;
      case "/":
        event.preventDefault();
        document.getElementById("find")?.focus();
        return;
      case "?":
        location.href = "/help";
        return;
      case "u":
        document.getElementById("undo")?.click();
        return;
    }
    const wanted = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (visible(wanted)) {
      event.preventDefault();
      wanted.click();
      if (event.key === "e") wanted.closest("details")?.querySelector("select, input:not([type=hidden])")?.focus();
    }
  });
  // Escape leads back to what opened the panel.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("a[data-panel], a.on");
    const panel = document.getElementById("panel");
    if (opener && panel) panel.opener = opener;
  });
};
