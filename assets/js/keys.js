// Single keys (WCAG 2.1.4: they can be switched off), never while one types or chooses from a menu, and g followed by
// a place. The list that ? shows is in components/dialog.html; tests/e2e/test_keys.py presses every one of it.
import { openDialog, showKeys } from "./dialogs.js";
import { all, one } from "./lib/dom.js";

const { me, singleKeys } = document.documentElement.dataset;
const off = !me || singleKeys === "off";
const PLACES = {
  h: "/", c: "/company", n: "/notifications", m: "/messages", e: "/explore", p: "/people", l: "/lists", b: "/bookmarks", s: "/settings",
};
const TWO_KEYS_MS = 1200;
const BAR_PX = 120; // the head of the page covers what is above
const HTMX_MS = 30;
let went = 0;

const items = () => all(".post, .notif").filter((item) => !item.closest("dialog") && item.checkVisibility());
const current = () => document.activeElement?.closest?.(".post, .notif");
const post = () => current() ?? one(".post.focal");

function stand(item) {
  if (!item) return;
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "nearest" }); // below the bar: see scroll-padding in base.css
}

function step(by) {
  const list = items();
  const at = list.indexOf(current());
  // From nowhere, begin with the first that can be seen.
  const to = at < 0 ? list.findIndex((item) => item.getBoundingClientRect().bottom > BAR_PX) : at + by;
  stand(list[Math.max(0, Math.min(list.length - 1, to))]);
}

const press = (selector) => () => {
  const button = post() && one(selector, post());
  // htmx takes the forms into its care some moment after the modules have run: before, they would load the page.
  if (button?.form && !("htmxPowered" in button.form.dataset)) setTimeout(press(selector), HTMX_MS);
  else button?.click();
};

const pill = () => all("[data-new], [data-notices-pill] a").find((button) => button.checkVisibility());

function toTop() {
  if (pill()) return pill().click();
  scrollTo({ top: 0 });
  items()[0]?.focus({ preventScroll: true });
}

function open() {
  const item = current();
  const address = item?.dataset.url ?? (item && one("a.at", item)?.getAttribute("href"));
  if (address) location.href = address;
}

function write() {
  const composer = one("#new");
  if (composer?.checkVisibility() && scrollY < 300) composer.focus();
  else openDialog("/compose");
}

function search() {
  const field = all("[type=search]").find((one) => one.checkVisibility());
  if (field) field.focus();
  else location.href = "/search";
}

/** What is folded (a warning, sensitive pictures): open it, or close it again. */
function unfold() {
  const folded = all("details.spoiler, details.sensitive", post() ?? document.createElement("i"));
  for (const one of folded) one.open = !one.open;
}

const KEYS = {
  n: write,
  j: () => step(1),
  k: () => step(-1),
  o: open,
  Enter: open,
  r: press("[data-act=reply], .acts a[data-dialog]"),
  l: press(".like"),
  t: press(".boost"),
  b: press(".bm"),
  v: press(".media figure > a"),
  x: unfold,
  u: toTop,
  ".": () => pill()?.click(),
  "/": search,
  "?": showKeys,
};

const typing = (element) => element.closest("input, textarea, select, video, audio, [contenteditable]");

/** The key, also where the letters of the keyboard are not Latin. */
function keyOf({ key, code, shiftKey }) {
  if (key.length > 1 || /[!-~]/.test(key)) return key.length === 1 && !shiftKey ? key.toLowerCase() : key;
  return /^Key[A-Z]$/.test(code) ? code[3].toLowerCase() : key;
}

document.addEventListener("keydown", (event) => {
  if (off || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") return leaveText(event);
  if (typing(event.target) || one("dialog[open], .menu:popover-open")) return;
  const key = keyOf(event);
  if (Date.now() - went < TWO_KEYS_MS && PLACES[key]) {
    event.preventDefault();
    location.href = PLACES[key];
    return;
  }
  went = key === "g" ? Date.now() : 0;
  if (!KEYS[key]) return;
  if (key === "Enter" && document.activeElement !== current()) return; // a link or a button has it
  if (event.repeat && key !== "j" && key !== "k") return;
  event.preventDefault();
  KEYS[key]();
});

/** Out of a text, so that the keys are keys again. In a dialog Escape closes that. */
function leaveText({ target }) {
  if (typing(target) && !one("dialog[open], :popover-open")) (current() ?? one("#main"))?.focus({ preventScroll: true });
}
