// Puts something that was written back into a composer: after Undo, from the outbox, from the drafts.
import { openDialog } from "../dialogs.js";
import { one } from "../lib/dom.js";
import { composers, fill, isEmpty, showError, textOf } from "./form.js";
import { draftIn, keepAs, putAside, slotOf } from "./drafts.js";

function addressOf(place) {
  const [, kind, id] = place.match(/^(comment|quote)-(\d+)$/) ?? [];
  return kind ? `/compose?${kind === "comment" ? "reply" : "quote"}=${id}` : "/compose";
}

/** In the composer of its place, or else in a dialog. `slot`: whose draft it is from now on. Answers with the form;
 * with none when it could not be had, and then it lies among the drafts. */
export async function bringBack(kept, { slot = kept.place, error } = {}) {
  // Until it stands there: the page may be left on the way.
  if (draftIn(slot) && slot === kept.place) slot = `${slot}-again`;
  keepAs(slot, kept);
  const dialog = one("#dialog[open]");
  const fits = (form) => form.dataset.place === kept.place && form.closest("dialog") === dialog && isEmpty(form);
  let form = composers().find(fits);
  if (!form) {
    const open = dialog && one("[data-composer]", dialog);
    if (open && !isEmpty(open)) putAside(open);
    // What it answers may be gone by now: what was written is not.
    await openDialog(addressOf(kept.place), { otherwise: kept.place === "new" ? undefined : "/compose" });
    form = one("#dialog[open] [data-composer]");
  }
  if (!form) return undefined;
  form.dataset.slot = slot;
  fill(form, kept);
  if (error) showError(form, error);
  const text = textOf(form);
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
  return form;
}
