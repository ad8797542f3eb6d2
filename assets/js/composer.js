// The composer. Its parts: what stands in it (form.js), the ring, what is offered while one types, drafts, and how
// it is sent (sending.js, outbox.js).
import "./composer/leaving.js";
import "./composer/offer.js";
import "./composer/picking.js";
import "./composer/sending.js";
import "./composer/shortening.js";
import "./composer/waiting.js";
import { draftIn, showCounts, slotOf } from "./composer/drafts.js";
import { fill, isEdit, isEmpty, newKey, takeBackError, textOf } from "./composer/form.js";
import { draw } from "./composer/ring.js";
import { all, on, one } from "./lib/dom.js";

function start(form) {
  if (form.dataset.started) return;
  form.dataset.started = "true";
  const draft = draftIn(slotOf(form));
  if (draft && !isEdit(form) && !one("[aria-invalid]", form)) {
    if (isEmpty(form)) fill(form, draft);
    else form.dataset.slot = `aside-${newKey()}`; // it came with a text of its own
  }
  draw(form);
  showCounts();
}

const startAll = (root) => all("[data-composer]", root).forEach(start);

startAll(document);
document.addEventListener("filled", ({ target }) => startAll(target));
document.addEventListener("htmx:after:swap", () => startAll(document));

on("input", "[data-composer] [aria-invalid]", (event, text) => event.isTrusted && takeBackError(text.form));

on("keydown", "[data-composer] textarea[name=text]", (event, text) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  if (!one("[type=submit]", text.form).disabled) text.form.requestSubmit();
});

// htmx carries style attributes over to the new form; the content security policy forbids that.
document.addEventListener("htmx:before:swap", ({ detail }) => {
  const form = detail.ctx?.sourceElement;
  if (form?.matches?.("[data-composer]")) for (const placed of all("[style]", form)) placed.removeAttribute("style");
});

on("click", "[data-mention]", (event, button) => {
  const text = textOf(button.closest("form"));
  const before = text.value.slice(0, text.selectionStart);
  text.focus();
  text.setRangeText(/\S$/.test(before) ? " @" : "@", text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
});
