// What is offered while one types: people after @, hashtags after #, emoji after a colon. A listbox under the text,
// after the combobox pattern of WAI-ARIA; the focus stays in the text.
import { all, fetchFragment, on } from "../lib/dom.js";
import { say } from "../lib/words.js";
import { emoji } from "./picking.js";

const WAIT_MS = 120;
const MOST_EMOJI = 6;
const KINDS = [
  {
    begun: /(?:^|[\s(])(@([\p{L}\p{M}\p{N}_.-]{1,30}))$/u,
    label: () => say("People to mention"),
    find: (begin) => fetched("people", begin),
  },
  {
    begun: /(?:^|[\s(])([#＃]([\p{L}\p{M}\p{N}_·・]{0,60}))$/u,
    label: () => say("Hashtags"),
    find: (begin) => fetched("hashtags", begin),
  },
  {
    // Neither 10:30 nor :) want an emoji.
    begun: /(?:^|[^\p{L}\p{N}:])(:([\p{L}\p{N}_+-]{2,40}))$/u,
    label: () => say("Emoji"),
    find: async (begin, form) => (await emoji(form)).options(begin, MOST_EMOJI),
  },
];

const known = new Map();
let list = null; // {for, box, at, kind}
let asked = 0;

async function fetched(what, begin) {
  const address = `/compose/${what}?${new URLSearchParams({ q: begin })}`;
  if (!known.has(address)) known.set(address, (await fetchFragment(address)).content);
  return known.get(address).cloneNode(true);
}

/** What stands before the cursor: {kind, whole, begin}. */
function begun(text) {
  if (text.selectionStart !== text.selectionEnd) return undefined;
  const before = text.value.slice(0, text.selectionStart);
  for (const kind of KINDS) {
    const match = before.match(kind.begun);
    if (match) return { kind, whole: match[1], begin: match[2] };
  }
}

on("input", "[data-composer] textarea[name=text]", async (event, text) => {
  const turn = ++asked;
  const found = event.isComposing || document.activeElement !== text ? undefined : begun(text);
  if (!found) return close();
  await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  if (turn !== asked) return; // typed on meanwhile
  let content;
  try {
    content = await found.kind.find(found.begin, text.form);
  } catch {
    return close();
  }
  if (turn !== asked) return;
  close();
  if (content.querySelector("[role=option]")) open(text, content, found.kind);
});

function open(text, content, kind) {
  const box = document.createElement("div");
  box.className = "menu static at-pop";
  box.id = `${text.id}-offered`;
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", kind.label());
  box.append(content);
  text.parentElement.after(box);
  all("[role=option]", box).forEach((option, i) => {
    option.id = `${box.id}-${i}`;
    option.addEventListener("mousedown", (event) => event.preventDefault()); // the text keeps the focus
    option.addEventListener("click", () => pick(text, option));
  });
  list = { for: text, box, at: 0, kind };
  // A text of several lines may not be a combobox (ARIA in HTML); it may have the list of one while that is open.
  text.setAttribute("aria-autocomplete", "list");
  text.setAttribute("aria-haspopup", "listbox");
  text.setAttribute("aria-controls", box.id);
  mark();
}

function mark() {
  all("[role=option]", list.box).forEach((option, i) => {
    option.setAttribute("aria-selected", String(i === list.at));
    if (i !== list.at) return;
    list.for.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  });
}

function close() {
  if (!list) return;
  for (const name of ["aria-autocomplete", "aria-haspopup", "aria-controls", "aria-activedescendant"]) {
    list.for.removeAttribute(name);
  }
  list.box.remove();
  list = null;
}

function pick(text, option) {
  const found = begun(text);
  close();
  asked++;
  if (!found) return;
  text.setRangeText(`${option.dataset.insert} `, text.selectionStart - found.whole.length, text.selectionStart, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

/** A key while the list is open; whether it was for the list. */
function choose(event, text) {
  const options = all("[role=option]", list.box);
  if (event.ctrlKey || event.metaKey || event.isComposing) return false;
  if (event.key === "ArrowDown") list.at = (list.at + 1) % options.length;
  else if (event.key === "ArrowUp") list.at = (list.at + options.length - 1) % options.length;
  else if (event.key === "Enter" || event.key === "Tab") pick(text, options[list.at]);
  else if (event.key === "Escape") close();
  else return false;
  event.preventDefault();
  event.stopPropagation();
  if (list) mark();
  return true;
}

// Before whatever else these keys mean.
on("keydown", "[data-composer] textarea[name=text]", (event, text) => list?.for === text && choose(event, text), {
  capture: true,
});
on("focusout", "[data-composer] textarea", () => setTimeout(close, 0));
