// Dialogs: a link with `data-dialog` leads to a page that is also a dialog; a dialog that cannot be loaded is
// the page. Focus goes back to where it was.
import htmx from "htmx.org";
import { fetchFragment, on, one } from "./lib/dom.js";
import { unreachable } from "./toasts.js";

const dialog = one("#dialog");
let returnTo = null;

/** Show a page as a dialog. `otherwise`: the address of the one to show where there is no such page. */
export async function openDialog(address, { otherwise } = {}) {
  if (!dialog) return void (location.href = address);
  returnTo = document.activeElement;
  try {
    const { content } = await fetchFragment(address);
    dialog.replaceChildren(content);
  } catch (problem) {
    if (unreachable(problem)) return;
    if (otherwise) return openDialog(otherwise);
    location.href = address;
    return;
  }
  htmx.process(dialog);
  if (!dialog.open) dialog.showModal();
  const text = one("textarea", dialog);
  if (text) {
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
  }
  dialog.dispatchEvent(new CustomEvent("filled", { bubbles: true }));
}

/** Close it, unless what stands in it wants to be asked about first (a "leave" event that is prevented). */
export function closeDialog({ asked = false } = {}) {
  const leave = new CustomEvent("leave", { bubbles: true, cancelable: true });
  if (dialog?.open && (asked || dialog.dispatchEvent(leave))) dialog.close();
}

// Escape.
dialog?.addEventListener("cancel", (event) => {
  if (event.target !== dialog) return;
  event.preventDefault();
  closeDialog();
});

dialog?.addEventListener("close", () => {
  dialog.replaceChildren();
  // The browser has given the focus back already, and the reader may have gone on.
  if (document.activeElement === document.body && returnTo?.isConnected) returnTo.focus();
});

on("click", "a[data-dialog]", (event, link) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const menu = link.closest("[popover]");
  menu?.hidePopover();
  // In a thread one answers its post in the composer that is there.
  const here = one("[data-place]");
  const place = `comment-${new URL(link.href).searchParams.get("reply")}`;
  if (here?.dataset.place === place && !here.closest("dialog")) {
    here.scrollIntoView({ block: "nearest" });
    one("textarea", here).focus();
  } else openDialog(link.getAttribute("href"));
});

on("click", "[data-close]", (event, element) => {
  const around = element.closest("dialog");
  if (!around) return;
  event.preventDefault();
  if (around === dialog) closeDialog();
  else around.close();
});

// A click beside it closes it.
on("click", "dialog", (event, around) => {
  const box = around.getBoundingClientRect();
  const beside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
  if (event.target !== around || !beside || !event.clientX) return;
  if (around === dialog) closeDialog();
  else around.close();
});

/** The list of shortcuts, from its beginning: the first that could be focused stands at its end. */
export function showKeys() {
  one("#keys")?.showModal();
  one("#keys-title")?.focus();
}

on("click", "a[data-keys]", (event) => {
  event.preventDefault();
  event.target.closest("[popover]")?.hidePopover();
  showKeys();
});

on("click", "a[data-back]", (event) => {
  if (history.length > 1 && document.referrer.startsWith(location.origin)) {
    event.preventDefault();
    history.back();
  }
});
