// The composer: its ring counts as the server does, names are offered after @, a draft is kept on this
// device for each place, Ctrl+Enter posts.
import { all, fetchFragment, on, one } from "./lib/dom.js";
import { countCharacters } from "./lib/text.js";
import { many, say } from "./lib/words.js";

const SPOKEN = [20, 10, 5, 0];
const draftKey = (form) => `draft:${document.documentElement.dataset.me}:${form.dataset.place}`;

function draw(form) {
  const text = one("textarea[name=text]", form);
  const spoiler = one("[name=warn]", form)?.checked ? one("[data-spoiler]", form).value : "";
  const limit = Number(form.dataset.limit);
  const written = text.value.trim();
  const left = limit - countCharacters(written, spoiler);
  const ring = one("[data-ring]", form);
  ring.className = `ring${left < 0 ? " over" : left <= 20 ? " warn" : ""}`;
  one(".fill", ring).setAttribute("stroke-dashoffset", Math.max(0, (left / limit) * 100));
  one(".n", ring).textContent = left;
  if (SPOKEN.includes(left) || left < 0) {
    one("[aria-live]", form).textContent =
      left < 0
        ? many("%(count)s character too many", "%(count)s characters too many", -left)
        : many("%(count)s character left", "%(count)s characters left", left);
  }
  const hangs = one('[name="media[]"]', form) || one("[name=quote]", form);
  one("[type=submit]", form).disabled = left < 0 || !(written || hangs) || Number(form.dataset.uploading) > 0;
  if (!CSS.supports("field-sizing: content")) {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight}px`;
  }
}

function start(form) {
  if (form.dataset.started) return;
  form.dataset.started = "true";
  const text = one("textarea[name=text]", form);
  const kept = localStorage.getItem(draftKey(form));
  const edits = form.dataset.place.startsWith("edit-");
  if (kept && !edits && !one("[aria-invalid]", form)) text.value = kept;
  draw(form);
}

const startAll = (root) => all("[data-composer]", root).forEach(start);

startAll(document);
document.addEventListener("filled", ({ target }) => startAll(target));
document.addEventListener("htmx:after:swap", () => startAll(document));

on("input", "[data-composer]", (event, form) => draw(form));

on("input", "[data-composer] textarea[name=text]", (event, text) => {
  const form = text.closest("form");
  if (text.value.trim()) localStorage.setItem(draftKey(form), text.value);
  else localStorage.removeItem(draftKey(form));
  offer(text);
});

on("keydown", "[data-composer] textarea[name=text]", (event, text) => {
  if (list?.for === text && choose(event, text)) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    const form = text.closest("form");
    if (!one("[type=submit]", form).disabled) form.requestSubmit();
  }
});

// Published or saved: the draft has done its work.
document.addEventListener("htmx:before:swap", ({ detail }) => {
  const form = detail.ctx?.sourceElement;
  if (!form?.matches?.("[data-composer]")) return;
  if (detail.ctx.response?.status < 400) localStorage.removeItem(draftKey(form));
  // htmx carries style attributes over to the new form; the content security policy forbids that.
  for (const placed of all("[style]", form)) placed.removeAttribute("style");
});

on("click", "[data-mention]", (event, button) => {
  const text = one("textarea[name=text]", button.closest("form"));
  const before = text.value.slice(0, text.selectionStart);
  text.focus();
  text.setRangeText(/\S$/.test(before) ? " @" : "@", text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
});

// --- names after @: a listbox under the composer; focus stays in the text ---

const BEGUN = /(?:^|[\s(])@([\p{L}\p{M}\p{N}_.-]{1,30})$/u;
let list = null; // {for, box, at}
let asked = 0;

async function offer(text) {
  const begun = text.value.slice(0, text.selectionStart).match(BEGUN);
  const turn = ++asked;
  if (!begun) return close();
  await new Promise((resolve) => setTimeout(resolve, 120));
  if (turn !== asked) return; // typed on meanwhile
  let content;
  try {
    ({ content } = await fetchFragment(`/compose/people?q=${encodeURIComponent(begun[1])}`));
  } catch {
    return close();
  }
  if (turn !== asked) return;
  close();
  if (content.querySelector("[role=option]")) open(text, content);
}

function open(text, content) {
  const box = document.createElement("div");
  box.className = "menu static at-pop";
  box.id = `${text.id}-people`;
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", say("People to mention"));
  box.append(content);
  text.parentElement.after(box);
  all("[role=option]", box).forEach((option, i) => {
    option.id = `${box.id}-${i}`;
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      pick(text, option);
    });
  });
  list = { for: text, box, at: 0 };
  // A combobox only while the list is open; a plain text otherwise.
  text.setAttribute("role", "combobox");
  text.setAttribute("aria-autocomplete", "list");
  text.setAttribute("aria-expanded", "true");
  text.setAttribute("aria-controls", box.id);
  mark();
}

function mark() {
  all("[role=option]", list.box).forEach((option, i) => {
    option.setAttribute("aria-selected", String(i === list.at));
    if (i === list.at) list.for.setAttribute("aria-activedescendant", option.id);
  });
}

function close() {
  if (!list) return;
  for (const name of ["role", "aria-autocomplete", "aria-expanded", "aria-controls", "aria-activedescendant"]) {
    list.for.removeAttribute(name);
  }
  list.box.remove();
  list = null;
}

function pick(text, option) {
  const begun = text.value.slice(0, text.selectionStart).match(BEGUN);
  close();
  asked++;
  if (!begun) return;
  text.setRangeText(`@${option.dataset.name} `, text.selectionStart - begun[1].length - 1, text.selectionStart, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

/** A key while the list is open; whether it was for the list. */
function choose(event, text) {
  const options = all("[role=option]", list.box);
  if (event.ctrlKey || event.metaKey) return false;
  if (event.key === "ArrowDown") list.at = (list.at + 1) % options.length;
  else if (event.key === "ArrowUp") list.at = (list.at + options.length - 1) % options.length;
  else if (event.key === "Enter" || event.key === "Tab") pick(text, options[list.at]);
  else if (event.key === "Escape") close();
  else return false;
  event.preventDefault();
  event.stopPropagation();
  if (list) mark();
  return true;
}

on("focusout", "[data-composer] textarea", () => setTimeout(close, 0));
