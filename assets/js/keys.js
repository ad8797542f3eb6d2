// Single keys (WCAG 2.1.4: they can be switched off), never while one types, and g followed by a place.
import { closeDialog, openDialog } from "./dialogs.js";
import { all, one } from "./lib/dom.js";

const off = document.documentElement.dataset.singleKeys === "off";
const PLACES = { h: "/", c: "/company", p: "/people", n: "/notifications", b: "/bookmarks", s: "/settings" };
const TWO_KEYS_MS = 1200;
let went = 0;

const posts = () => all(".post").filter((post) => !post.closest("dialog"));
const current = () => document.activeElement?.closest?.(".post");

function step(by) {
  const list = posts();
  const at = list.indexOf(current());
  // From nowhere, begin with the first post that can be seen.
  const from = at < 0 ? list.findIndex((post) => post.getBoundingClientRect().bottom > 120) : at + by;
  const post = list[Math.max(0, Math.min(list.length - 1, from))];
  post?.focus();
  post?.scrollIntoView({ block: "nearest" });
}

const press = (selector) => () => one(selector, current() ?? document.createElement("i"))?.click();

const KEYS = {
  n: () => {
    const composer = one("#new");
    if (composer && scrollY < 300) composer.focus();
    else openDialog("/compose");
  },
  j: () => step(1),
  k: () => step(-1),
  o: () => current() && (location.href = current().dataset.url),
  Enter: () => document.activeElement === current() && current() && (location.href = current().dataset.url),
  r: press("[data-act=reply]"),
  l: press(".like"),
  t: press(".boost"),
  b: press(".bm"),
  ".": () => one("[data-new]")?.closest("[hidden]") ?? one("[data-new]")?.click(),
  "/": () => {
    const field = all("[type=search]").find((f) => f.offsetParent);
    if (field) field.focus();
    else location.href = "/search";
  },
  "?": () => one("#keys")?.showModal(),
};

const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && one("dialog#dialog[open]")) closeDialog();
  if (off || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target) || one("dialog[open]") || one("[popover]:popover-open")) return;
  if (Date.now() - went < TWO_KEYS_MS && PLACES[event.key]) {
    event.preventDefault();
    location.href = PLACES[event.key];
    return;
  }
  went = event.key === "g" ? Date.now() : 0;
  if (!KEYS[event.key]) return;
  if (event.key === "Enter" && document.activeElement !== current()) return; // a link or a button has it
  event.preventDefault();
  KEYS[event.key]();
});
