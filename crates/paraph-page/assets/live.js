// Parts of a page that change without the rest: links and forms marked `data-live` or `data-panel` fetch a part and put
// it in place. The server escapes everything; what it sends is parsed as a document that runs nothing.

const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy("paraph", { createHTML: (text) => text })
  : { createHTML: (text) => text };

const parsed = (text) => new DOMParser().parseFromString(policy.createHTML(text), "text/html");

export const say = (text) => {
  const place = document.getElementById("said");
  if (place) place.textContent = text;
};

const listeners = [];

// Calls back now, and whenever a part is put in place.
export const whenShown = (callback) => {
  listeners.push(callback);
  callback(document.body);
};

const shown = (place) => listeners.forEach((callback) => callback(place));

let latest = 0;

// Fetches an address and puts its contents into the element of that id. `keep` says which address the window gets.
export const load = async (address, { into = "main", method = "GET", body, keep, focus = true } = {}) => {
  const turn = ++latest;
  const place = document.getElementById(into) ?? document.getElementById("main");
  place.setAttribute("aria-busy", "true");
  let answer;
  try {
    answer = await fetch(address, { method, body, headers: { "X-Paraph-Part": into }, credentials: "same-origin" });
  } catch {
    place.removeAttribute("aria-busy");
    say("The page does not answer. Is `paraph serve` still running?");
    return false;
  }
  const part = parsed(await answer.text());
  // A newer question has been asked in the meantime; edits are shown all the same.
  if (turn !== latest && method === "GET") return false;
  const contents = part.querySelector("[data-part=contents]");
  if (!contents) {
    place.removeAttribute("aria-busy");
    say(part.body.textContent.trim());
    return false;
  }
  const active = document.activeElement;
  const focused = place.contains(active) ? active.id : "";
  const caret = focused && active.selectionStart !== undefined ? active.selectionStart : null;
  const open = [...place.querySelectorAll("details[open][id]")].map((box) => box.id);
  const keptScroll = into === "main" ? window.scrollY : place.scrollTop;
  place.replaceChildren(...contents.childNodes);
  place.removeAttribute("aria-busy");
  place.hidden = false;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  const last = part.querySelector("[data-part=last]");
  document.getElementById("last").replaceChildren(...last.childNodes);
  if (into === "main") {
    document.title = part.title;
    const target = keep ?? new URL(answer.url).pathname + new URL(answer.url).search;
    if (answer.ok) history.replaceState(null, "", target);
    window.scrollTo(0, keptScroll);
  } else if (method !== "GET") {
    place.scrollTop = keptScroll;
  }
  const again = focused && document.getElementById(focused);
  if (again) {
    again.focus({ preventScroll: true });
    if (caret !== null && again.setSelectionRange && again.type !== "date") {
      try { again.setSelectionRange(caret, caret); } catch { /* a field without a caret */ }
    }
  } else if (focus) {
    (place.querySelector(":is(h1, h2)[tabindex], [autofocus]") ?? place).focus({ preventScroll: into === "main" });
  }
  if (!answer.ok) say(place.querySelector("[role=alert]")?.textContent ?? "Not done.");
  shown(place);
  return answer.ok;
};

const send = (form, button) => {
  const data = new URLSearchParams(new FormData(form, button));
  const into = form.dataset.live;
  // What is taken back shows where one is, whichever part was drawn last.
  if (data.has("back") && into === "main" && form.closest("#last")) data.set("back", location.pathname + location.search);
  if (form.method === "post") return load(form.action, { into, method: "POST", body: data });
  for (const [name, value] of [...data]) if (value === "") data.delete(name, value);
  const query = data.toString();
  return load(new URL(form.action).pathname + (query ? `?${query}` : ""), { into, focus: false });
};

const watchWork = (place) => {
  const box = place.querySelector("[data-work]");
  if (!box || place.closest("iframe")) return;
  const bar = box.querySelector("progress");
  const stage = box.querySelector("#stage");
  const source = new EventSource(`/work/${box.dataset.work}/events`);
  source.onmessage = (event) => {
    const now = JSON.parse(event.data);
    if (!box.isConnected) return source.close();
    stage.textContent = now.stage;
    if (now.total) {
      bar.max = now.total;
      bar.value = now.done;
    }
    if (now.ended) {
      source.close();
      load(location.pathname + location.search, { focus: false });
    }
  };
};

export const begin = () => {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.explain !== undefined) {
      event.preventDefault();
      const code = new FormData(form).get("outcome").trim();
      if (code) location.href = `/hold/${encodeURIComponent(code)}`;
      return;
    }
    if (!form.dataset.live) return;
    event.preventDefault();
    send(form, event.submitter);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-live], a[data-panel]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    load(link.getAttribute("href"), { into: link.dataset.panel ?? link.dataset.live });
  });
  let waiting = 0;
  const instantly = (event) => {
    const form = event.target.closest("form[data-instant]");
    if (!form) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => send(form), event.type === "input" ? 120 : 0);
  };
  document.addEventListener("change", instantly);
  document.addEventListener("input", (event) => {
    if (event.target.matches("input[type=search], input[type=range]")) instantly(event);
  });
  whenShown(watchWork);
};
