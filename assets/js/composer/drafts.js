// Drafts: what was begun, on this device, for each account. A draft has a slot: that of a post which is being
// written is its place (a new post, the answer to this one), so that it stands there again; those that were put
// aside have one of their own.
import { all, one, on } from "../lib/dom.js";
import { many, say } from "../lib/words.js";
import { bringBack } from "./back.js";
import { clear, composers, isEdit, isEmpty, newKey, read, textOf, valueOf } from "./form.js";
import { get, keyOf, put } from "./store.js";

const NAME = "drafts";
const MOST = 50;
const AFTER_MS = 250;
const EXCERPT = 140;
const written = new Set(); // the forms that are not kept as they stand
let timer;

export const slotOf = (form) => form.dataset.slot ?? form.dataset.place;
export const draftIn = (slot) => get(NAME, {})[slot];

export function drop(slot) {
  const { [slot]: gone, ...others } = get(NAME, {});
  if (gone) put(NAME, others);
  showCounts();
}

export function keepAs(slot, kept) {
  const newest = Object.entries({ ...get(NAME, {}), [slot]: { ...kept, at: Date.now() } });
  newest.sort(([, a], [, b]) => b.at - a.at);
  put(NAME, Object.fromEntries(newest.slice(0, MOST)));
  showCounts();
}

/** Keep what stands in a form as it is now. */
export function keep(form) {
  if (isEdit(form)) return;
  if (isEmpty(form)) drop(slotOf(form));
  else keepAs(slotOf(form), read(form));
}

/** Out of the way: the next post begins with nothing, the answer to a post keeps its place. */
export function putAside(form) {
  const kept = read(form);
  const own = form.dataset.place === "new" ? (form.dataset.slot ?? `aside-${newKey()}`) : slotOf(form);
  drop(slotOf(form));
  keepAs(own, kept);
}

on("input", "[data-composer]", (event, form) => {
  written.add(form);
  clearTimeout(timer);
  timer = setTimeout(keepWritten, AFTER_MS);
});
addEventListener("pagehide", keepWritten);

function keepWritten() {
  for (const form of written) if (form.isConnected) keep(form);
  written.clear();
}

/** The drafts that no composer of the page shows itself: [slot, draft], newest first. */
function others() {
  const shown = composers().map(slotOf);
  return Object.entries(get(NAME, {})).filter(([slot]) => !shown.includes(slot));
}

export function showCounts() {
  const count = others().length;
  for (const button of all("[data-drafts]")) {
    button.hidden = !count;
    button.textContent = many("%(count)s draft", "%(count)s drafts", count);
  }
}

// Sent or deleted in another window: it does not stand here any longer either.
addEventListener("storage", ({ key, oldValue, newValue }) => {
  if (key !== keyOf(NAME)) return;
  const [before, after] = [oldValue, newValue].map((text) => JSON.parse(text ?? "{}"));
  for (const form of composers()) {
    const gone = !after[slotOf(form)] && before[slotOf(form)];
    if (gone && textOf(form).value === valueOf(gone, "text")) clear(form);
  }
  showCounts();
});

// --- the list ---

on("click", "[data-drafts]", (event, button) => {
  const dialog = list();
  (button.closest("dialog") ?? document.body).append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
});

const { lang } = document.documentElement;
const words = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { dateStyle: "medium", timeStyle: "short" });

function list() {
  const dialog = document.createElement("dialog");
  dialog.className = "sheetdialog drafts";
  dialog.setAttribute("aria-labelledby", "drafts-title");
  dialog.innerHTML =
    '<div class="dialog-head"><h2 id="drafts-title"></h2><button class="iconbtn" type="button" data-close>' +
    '<svg class="i" aria-hidden="true"><use href="#i-x"/></svg></button></div><ul></ul>';
  one("h2", dialog).textContent = say("Drafts");
  one("[data-close]", dialog).setAttribute("aria-label", say("Close"));
  one("ul", dialog).append(...others().map(([slot, draft]) => line(dialog, slot, draft)));
  return dialog;
}

function line(dialog, slot, draft) {
  const item = document.createElement("li");
  item.innerHTML =
    '<button type="button" class="open"><span dir="auto"></span><small></small></button>' +
    '<button type="button" class="iconbtn"><svg class="i" aria-hidden="true"><use href="#i-trash-2"/></svg></button>';
  const [open, remove] = all("button", item);
  one("span", open).textContent = valueOf(draft, "text").trim().slice(0, EXCERPT) || say("Without text");
  one("small", open).textContent = [kindOf(draft.place), words.format(draft.at)].filter(Boolean).join(" · ");
  open.addEventListener("click", () => {
    dialog.close();
    bringBack(draft, { slot });
  });
  remove.setAttribute("aria-label", say("Delete this draft"));
  remove.addEventListener("click", () => {
    const next = one("button", item.nextElementSibling ?? item.previousElementSibling ?? document.createElement("i"));
    drop(slot);
    item.remove();
    if (next) next.focus();
    else dialog.close();
  });
  return item;
}

function kindOf(place) {
  if (place.startsWith("comment-")) return say("Comment");
  return place.startsWith("quote-") ? say("Quote") : "";
}
