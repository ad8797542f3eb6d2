// Send: the composer is free at once, the post goes into the outbox, and for some seconds it can be taken back.
import { closeDialog } from "../dialogs.js";
import { on, one } from "../lib/dom.js";
import { say } from "../lib/words.js";
import { toast } from "../toasts.js";
import { bringBack } from "./back.js";
import { drop, slotOf } from "./drafts.js";
import { clear, composers, isEdit, isEmpty, read, textOf } from "./form.js";
import { add, entries, release, remove } from "./outbox.js";

const TICK_MS = 200;
const POINTED_MS = 3000; // a pointer that does not move points at nothing
const MOST_MS = 60_000; // however long somebody hesitates
const seconds = Number(document.documentElement.dataset.undo ?? 0);
let last; // what can still be taken back

// Before htmx, which sends edits.
on("submit", "[data-composer]", (event, form) => {
  if (isEdit(form)) return;
  event.preventDefault();
  event.stopPropagation();
  if (!one("[type=submit]", form).disabled) send(form);
}, { capture: true });

function send(form) {
  const kept = read(form);
  const id = form.elements.once.value;
  const slot = slotOf(form);
  for (const other of composers()) if (slotOf(other) === slot) clear(other);
  drop(slot);
  if (form.closest("#dialog")) closeDialog({ asked: true });
  else textOf(form).focus();
  add(kept, id, navigator.onLine ? seconds : 0);
  if (seconds && navigator.onLine) hold(id);
  else if (navigator.onLine) toast(say("Sending …"));
}

function hold(id) {
  const undo = () => {
    close();
    const held = entries().some((entry) => entry.id === id && entry.state === "held");
    if (held) bringBack(remove(id));
  };
  const said = toast(say("Sending …"), { act: { words: say("Undo"), run: undo }, stays: true });
  said.classList.add("held");
  said.style.setProperty("--time", `${seconds}s`);
  let left = seconds * 1000;
  let pointed = 0;
  said.addEventListener("pointermove", () => (pointed = Date.now()));
  const until = Date.now() + MOST_MS;
  const ticking = setInterval(() => {
    // Longer while one points at it or has it in focus.
    const hesitates = said.matches(":focus-within") || (said.matches(":hover") && pointed + POINTED_MS > Date.now());
    said.classList.toggle("paused", hesitates);
    if (hesitates && Date.now() < until) return;
    left -= TICK_MS;
    if (left > 0 && entries().some((entry) => entry.id === id && entry.state === "held")) return;
    close();
    release(id);
  }, TICK_MS);
  const close = () => {
    clearInterval(ticking);
    said.remove();
    if (last?.id === id) last = undefined;
  };
  last = { id, undo };
}

// In the composer that has just been emptied, Ctrl+Z means the post.
on("keydown", "[data-composer] textarea[name=text]", (event, text) => {
  if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
  if (!last || !isEmpty(text.form)) return;
  event.preventDefault();
  last.undo();
});

document.addEventListener("outbox:sent", ({ detail }) => {
  toast(detail.said, { link: { words: say("Show"), href: detail.url } });
  if (detail.id) document.dispatchEvent(new CustomEvent("published", { detail }));
});

document.addEventListener("outbox:refused", ({ detail: id }) => {
  const entry = entries().find((one) => one.id === id);
  // Into the composer it came from, if that is free; otherwise it waits above the list.
  const free = composers().find((form) => form.dataset.place === entry.place && !form.closest("dialog") && isEmpty(form));
  toast(say("It was not posted: %(why)s", { why: entry.why }), { tone: "problem" });
  if (free && !one("dialog[open]")) bringBack(remove(id), { error: entry.why });
});
