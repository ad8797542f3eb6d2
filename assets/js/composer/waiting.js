// What waits in the outbox, as the page shows it: posts above the list that they are for.
import { all, one } from "../lib/dom.js";
import { many, say } from "../lib/words.js";
import { toast } from "../toasts.js";
import { bringBack } from "./back.js";
import { drop } from "./drafts.js";
import { valueOf } from "./form.js";
import { entries, putBack, remove, retry } from "./outbox.js";

// One that goes at its first attempt is not worth the unrest.
const isShown = ({ state, tries }) => state === "refused" || (state === "waiting" && (tries > 0 || !navigator.onLine));

function reason({ state, why }) {
  if (state === "refused" || why) return why;
  if (!navigator.onLine) return say("Waiting for the network");
  return say("It could not be sent. It is tried again by itself.");
}

function card(entry) {
  const item = document.createElement("article");
  item.className = "waiting unsent";
  item.dataset.unsent = entry.id;
  item.innerHTML =
    '<p class="post-body" dir="auto"></p><p class="sm muted"><svg class="i i-sm" aria-hidden="true"><use/></svg> <span></span></p>' +
    '<div class="row"><button type="button" class="btn sm"></button><button type="button" class="btn sm"></button>' +
    '<button type="button" class="btn sm danger"></button></div>';
  one(".post-body", item).textContent = valueOf(entry, "text");
  one("use", item).setAttribute("href", entry.state === "refused" ? "#i-circle-alert" : "#i-clock");
  const files = entry.files.length && many("%(count)s file", "%(count)s files", entry.files.length);
  one(".muted span", item).textContent = [reason(entry), files].filter(Boolean).join(" · ");
  const [again, edit, discard] = all("button", item);
  again.textContent = say("Try again");
  edit.textContent = say("Edit");
  discard.textContent = say("Discard");
  again.addEventListener("click", () => retry(entry.id));
  edit.addEventListener("click", async () => {
    const taken = remove(entry.id);
    if (!taken) return;
    const slot = `edit-${taken.id}`;
    const form = await bringBack(taken, { slot, error: taken.state === "refused" ? taken.why : "" });
    if (form) return;
    drop(slot); // cut off: it goes on waiting
    putBack(taken);
  });
  discard.addEventListener("click", () => {
    const taken = remove(entry.id);
    if (!taken) return;
    toast(say("Discarded."), { act: { words: say("Undo"), run: () => (putBack(taken), retry(taken.id)) } });
    one("#main")?.focus({ preventScroll: true });
  });
  return item;
}

function place(section) {
  const composer = one("main [data-composer]");
  if (composer) composer.after(section);
  else one("main .head")?.after(section);
}

function draw() {
  const shown = entries().filter(isShown);
  let section = one("#outbox");
  if (!shown.length) {
    if (section?.contains(document.activeElement)) one("#main")?.focus({ preventScroll: true });
    return section?.remove();
  }
  if (!section) {
    section = document.createElement("section");
    section.id = "outbox";
    section.className = "sheet bleed outbox";
    section.setAttribute("aria-label", say("Not sent yet"));
    place(section);
  }
  const seen = JSON.stringify([shown.map(({ id, state, why }) => [id, state, why]), navigator.onLine]);
  if (section.dataset.seen === seen) return; // no need to take the focus away
  section.dataset.seen = seen;
  const focused = all("button", section).indexOf(document.activeElement);
  section.replaceChildren(...shown.map(card));
  if (focused >= 0) all("button", section)[focused]?.focus();
}

if ("me" in document.documentElement.dataset) {
  document.addEventListener("outbox:changed", draw);
  for (const name of ["online", "offline"]) addEventListener(name, draw);
  draw();
}
