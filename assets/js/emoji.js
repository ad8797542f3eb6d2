// The emoji, Unicode's and the company's: found by their English names, and picked from a table. A file of its own,
// loaded when they are wanted.
import groups from "emoji:groups";
import { all, one } from "./lib/dom.js";
import { place } from "./lib/place.js";
import { many, say } from "./lib/words.js";

const RECENT = `emoji:${document.documentElement.dataset.me}`;
const TONE = `emoji-tone:${document.documentElement.dataset.me}`;
const MOST_RECENT = 24;
const MOST_FOUND = 60;
const TONES = ["", "🏻", "🏼", "🏽", "🏾", "🏿"];
const NAMES = () => [
  say("Smileys"), say("People"), say("Nature"), say("Food"), say("Travel"), say("Activities"), say("Things"),
  say("Symbols"), say("Flags"),
];

// {insert, name, words, toned, src}
const unicode = groups.map((lines) =>
  lines.map((line) => {
    const [insert, name, ...words] = line.split(" ");
    return { insert, name: name.replace("*", ""), words, toned: name.endsWith("*") };
  }),
);
const company = await fetch("/compose/emoji")
  .then((answer) => answer.json())
  .then((found) =>
    found.map(({ name, src, still, group }) => ({
      insert: `:${name}:`, name, words: group ? group.toLowerCase().split(/\s+/) : [], src: still || src,
    })),
  )
  .catch(() => []);
const everything = [...company, ...unicode.flat()];

const tone = () => localStorage.getItem(TONE) ?? "";

/** An emoji in the chosen tone of skin: behind the first character, in place of a variation selector. */
function toned(entry) {
  const [first, ...rest] = entry.insert;
  const people = entry.insert.match(/[👩👨🧑🤝]/gu)?.length ?? 0;
  if (!entry.toned || !tone() || people > 1) return entry.insert;
  return first + tone() + rest.filter((character, i) => i || character !== "\ufe0f").join("");
}

/** Those whose name or words begin so, the nearest first. */
export function search(query, most) {
  const wanted = query.toLowerCase().trim().replace(/[\s-]+/g, "_");
  const rank = ({ name, words }) => {
    const low = name.toLowerCase();
    if (low === wanted) return 0;
    if (words.includes(wanted)) return 1;
    if (low.startsWith(wanted)) return 2;
    if (words.some((word) => word.startsWith(wanted))) return 3;
    return low.includes(`_${wanted}`) ? 4 : 9;
  };
  return everything
    .map((entry) => [rank(entry), entry])
    .filter(([rank]) => rank < 9)
    .sort(([a], [b]) => a - b)
    .slice(0, most)
    .map(([, entry]) => entry);
}

function picture(entry) {
  if (!entry.src) return document.createTextNode(toned(entry));
  return Object.assign(document.createElement("img"), { src: entry.src, alt: entry.insert, width: 24, height: 24 });
}

/** For the list under the composer. */
export function options(begin, most) {
  const content = document.createDocumentFragment();
  for (const entry of search(begin, most)) {
    const option = document.createElement("div");
    option.setAttribute("role", "option");
    option.dataset.insert = toned(entry);
    const shown = Object.assign(document.createElement("span"), { className: "em" });
    shown.append(picture(entry));
    const name = Object.assign(document.createElement("bdi"), { textContent: `:${entry.name}:` });
    option.append(shown, name);
    content.append(option);
  }
  return content;
}

// --- the picker ---

let picker;
let take; // what to do with a chosen one

const recent = () => {
  const kept = JSON.parse(localStorage.getItem(RECENT) ?? "[]");
  return kept.map((name) => everything.find((entry) => entry.name === name)).filter(Boolean);
};

export function openPicker(form, button, act) {
  picker?.remove();
  take = act;
  picker = make();
  form.append(picker); // within a dialog all else is out of reach
  picker.showPopover({ source: button });
  showGroup(0);
  place(picker, button, { always: true });
  one("input", picker).focus();
}

function make() {
  const box = document.createElement("div");
  box.className = "menu emoji";
  box.popover = "auto";
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", say("Emoji"));
  box.innerHTML =
    '<div class="row"><input type="search" autocomplete="off"><button type="button" class="tone"></button></div>' +
    '<div class="groups" role="tablist"></div><div class="grid" role="tabpanel" id="emoji-grid"></div>' +
    '<p class="sm muted" role="status"></p>';
  const field = one("input", box);
  field.placeholder = say("Search by English name");
  field.setAttribute("aria-label", field.placeholder);
  field.addEventListener("input", (event) => {
    event.stopPropagation();
    if (field.value.trim()) show(search(field.value, MOST_FOUND));
    else showGroup(0);
  });
  const tones = one(".tone", box);
  tones.setAttribute("aria-label", say("Tone of skin"));
  tones.textContent = `✋${tone()}`;
  tones.addEventListener("click", () => {
    localStorage.setItem(TONE, TONES[(TONES.indexOf(tone()) + 1) % TONES.length]);
    tones.textContent = `✋${tone()}`;
    const chosen = all("[role=tab]", box).findIndex((tab) => tab.ariaSelected === "true");
    if (chosen >= 0) showGroup(chosen);
  });
  [say("Recent and the company’s"), ...NAMES()].forEach((name, i) => {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", "emoji-grid");
    tab.setAttribute("aria-label", name);
    tab.title = name;
    tab.textContent = i ? unicode[i - 1][0].insert : "🕘";
    tab.addEventListener("click", () => showGroup(i));
    one(".groups", box).append(tab);
  });
  box.addEventListener("keydown", keys);
  for (const event of ["mouseover", "focusin"]) {
    box.addEventListener(event, ({ target }) => {
      const name = target.closest?.(".grid button")?.dataset.name;
      if (name) one("[role=status]", box).textContent = `:${name}:`;
    });
  }
  box.addEventListener("toggle", ({ newState }) => newState === "closed" && box.remove());
  return box;
}

function showGroup(at) {
  all("[role=tab]", picker).forEach((tab, i) => {
    tab.setAttribute("aria-selected", String(i === at));
    tab.tabIndex = i === at ? 0 : -1;
  });
  one(".grid", picker).setAttribute("aria-label", all("[role=tab]", picker)[at].title);
  if (at) return show(unicode[at - 1]);
  const used = recent();
  const more = company.filter((entry) => !used.includes(entry));
  show(used.length + more.length ? [...used, ...more] : unicode[0]);
}

function show(entries) {
  const grid = one(".grid", picker);
  grid.replaceChildren(
    ...entries.map((entry, i) => {
      const button = document.createElement("button");
      button.type = "button";
      button.tabIndex = i ? -1 : 0;
      button.dataset.name = entry.name;
      button.append(picture(entry));
      button.addEventListener("click", () => choose(entry));
      return button;
    }),
  );
  grid.scrollTop = 0;
  one("[role=status]", picker).textContent = entries.length
    ? many("%(count)s emoji", "%(count)s emoji", entries.length)
    : say("No emoji has that name");
}

function choose(entry) {
  const names = [entry.name, ...recent().map(({ name }) => name)];
  localStorage.setItem(RECENT, JSON.stringify([...new Set(names)].slice(0, MOST_RECENT)));
  const act = take;
  picker.hidePopover();
  act(toned(entry));
}

/** Arrows go through the table and the groups; Enter in the search takes the first. */
function keys(event) {
  const { target, key } = event;
  const buttons = all(".grid button", picker);
  const rtl = document.dir === "rtl" ? -1 : 1;
  let next;
  if (target.matches("input")) {
    if (key === "Enter") {
      event.preventDefault();
      buttons[0]?.click();
    } else if (key === "ArrowDown") next = buttons[0];
  } else if (target.matches("[role=tab]")) {
    const tabs = all("[role=tab]", picker);
    const by = key === "ArrowRight" ? rtl : key === "ArrowLeft" ? -rtl : 0;
    if (by) {
      const at = (tabs.indexOf(target) + by + tabs.length) % tabs.length;
      showGroup(at);
      next = tabs[at];
    } else if (key === "ArrowDown") next = buttons[0];
  } else if (target.matches(".grid button")) {
    const columns = getComputedStyle(one(".grid", picker)).gridTemplateColumns.split(" ").length;
    const by = { ArrowRight: rtl, ArrowLeft: -rtl, ArrowDown: columns, ArrowUp: -columns }[key];
    const at = buttons.indexOf(target);
    if (by) next = at + by < 0 ? one("input", picker) : buttons[Math.min(at + by, buttons.length - 1)];
    if (key === "Home") next = buttons[0];
    if (key === "End") next = buttons.at(-1);
  }
  if (!next) return;
  event.preventDefault();
  event.stopPropagation(); // menus.js has other arrows
  if (next.matches(".grid button")) for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next.focus();
}
