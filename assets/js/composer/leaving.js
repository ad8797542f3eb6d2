// Closing a dialog in which something is written asks what to do with it.
import { closeDialog } from "../dialogs.js";
import { all, on, one } from "../lib/dom.js";
import { say } from "../lib/words.js";
import { drop, putAside, slotOf } from "./drafts.js";
import { clear, composers, isEdit, isEmpty, textOf } from "./form.js";

on("leave", "#dialog", (event, dialog) => {
  const form = one("[data-composer]", dialog);
  if (!form || (isEdit(form) && textOf(form).value === textOf(form).defaultValue)) return;
  if (isEmpty(form)) return forget(form);
  event.preventDefault();
  if (!one(".ask", dialog)) ask(dialog, form);
});

function ask(dialog, form) {
  const asked = document.createElement("dialog");
  asked.className = "ask";
  asked.setAttribute("aria-labelledby", "ask-title");
  asked.innerHTML =
    '<h2 id="ask-title"></h2><p class="muted"></p><div class="row"><button type="button" class="btn danger"></button>' +
    '<button type="button" class="btn"></button><button type="button" class="btn primary talk"></button></div>';
  const edit = isEdit(form);
  one("h2", asked).textContent = edit ? say("Discard what you changed?") : say("Save this as a draft?");
  one("p", asked).textContent = edit ? "" : say("Drafts stay on this device. You find them in the composer.");
  const [discard, goOn, save] = all("button", asked);
  discard.textContent = say("Discard");
  goOn.textContent = say("Keep writing");
  save.textContent = say("Save draft");
  const done = (act) => () => {
    asked.close();
    act?.();
  };
  discard.addEventListener("click", done(() => (forget(form), closeDialog({ asked: true }))));
  save.addEventListener("click", done(() => (putAside(form), emptyOthers(form), closeDialog({ asked: true }))));
  goOn.addEventListener("click", done());
  asked.addEventListener("close", () => {
    asked.remove();
    textOf(form).focus();
  });
  save.hidden = edit;
  dialog.append(asked);
  asked.showModal();
  (edit ? goOn : save).focus();
}

function forget(form) {
  if (isEdit(form)) return;
  drop(slotOf(form));
  emptyOthers(form);
}

/** The same draft may stand in the page below. */
function emptyOthers(form) {
  for (const other of composers()) if (other !== form && slotOf(other) === slotOf(form)) clear(other);
}
