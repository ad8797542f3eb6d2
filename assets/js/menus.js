// Menus: popovers. Those of posts and people are fetched when they are opened (`data-menu` is their address,
// which is also a page).
import htmx from "htmx.org";
import { all, fetchFragment, on, one } from "./lib/dom.js";
import { place } from "./lib/place.js";
import { toast, unreachable } from "./toasts.js";

let opener = null;

on("click", "a[data-menu]", async (event, link) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const menu = one("#menu");
  if (!menu) return;
  event.preventDefault();
  try {
    const { content } = await fetchFragment(link.getAttribute("href"));
    // A menu may lead to another one: it stays where it was opened.
    const within = menu.contains(link);
    menu.replaceChildren(content);
    htmx.process(menu);
    if (!within) opener = link;
    menu.showPopover({ source: opener });
    place(menu, opener, { always: true });
    one("a, button", menu)?.focus();
  } catch (problem) {
    unreachable(problem) || (location.href = link.href);
  }
});

// Popovers that stand in the page already.
document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (event.newState !== "open" || !menu.matches?.(".menu") || menu.id === "menu") return;
    const button = all("[popovertarget]").find((b) => b.getAttribute("popovertarget") === menu.id && b.offsetParent);
    if (button) place(menu, button);
  },
  true,
);

// Up and down within a menu; leaving it by Tab closes it.
on("keydown", ".menu[popover]", (event, menu) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const entries = all("a, button, input", menu).filter((e) => e.offsetParent);
  if (document.activeElement.matches("input")) return; // radio buttons know the arrows themselves
  const at = entries.indexOf(document.activeElement);
  entries.at((at + (event.key === "ArrowDown" ? 1 : -1)) % entries.length)?.focus();
  event.preventDefault();
});

on("change", ".audiences input", (event, input) => {
  // A pointer has chosen: done. The arrow keys go through the choices first.
  if (!input.matches(":focus-visible")) input.closest("[popover]").hidePopover();
});
on("keydown", ".audiences input", (event, input) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  input.closest("[popover]").hidePopover();
});

on("click", "a[data-copy]", async (event, link) => {
  if (!navigator.clipboard) return; // not on a plain http address: the link leads there instead
  event.preventDefault();
  await navigator.clipboard.writeText(link.dataset.copy);
  one("#menu")?.hidePopover();
  toast("Link copied.");
});

// A colour of one's own is meant once it is picked.
on("input", "input[name=own_accent]", (event, input) => {
  const own = one("input[name=accent][value=own]", input.form);
  own.checked = true;
  own.parentElement.querySelector("rect").setAttribute("fill", input.value);
});
