// One thing said at a time, six seconds, longer while one points at it or has it in focus.
import { one } from "./lib/dom.js";
import { say } from "./lib/words.js";

const SHOWN_MS = 6000;

/** Say `text`; `tone` "problem" for what went wrong; `link` is {words, href}; `act` is {words, run}, for a button.
 * What `stays` does so until it is removed. */
export function toast(text, { tone = "", link, act, stays = false } = {}) {
  const box = one("#toasts");
  const said = document.createElement("div");
  said.className = `toast ${tone}`;
  said.append(text);
  if (link) said.append(Object.assign(document.createElement("a"), { textContent: link.words, href: link.href }));
  if (act) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: act.words });
    button.addEventListener("click", () => (said.remove(), act.run()));
    said.append(button);
  }
  for (const before of box.querySelectorAll(".toast:not(.held)")) before.remove();
  box.append(said);
  if (!stays) letGo(said);
  return said;
}

function letGo(said) {
  let timer;
  const start = () => (timer = setTimeout(() => said.remove(), SHOWN_MS));
  for (const pause of ["pointerenter", "focusin"]) said.addEventListener(pause, () => clearTimeout(timer));
  for (const resume of ["pointerleave", "focusout"]) said.addEventListener(resume, start);
  start();
}

// What the server wanted to say after a redirect, and with a fragment.
for (const said of document.querySelectorAll("#toasts .toast")) letGo(said);
document.addEventListener("toast", ({ detail }) => toast(detail.text, detail));

// The request did not arrive at all.
const sayUnreachable = () => toast(say("The server cannot be reached. Nothing was changed."), { tone: "problem" });
document.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx && !detail.ctx.response) sayUnreachable();
});

/** Whether a fetch failed since there is no network, which is said then. */
export function unreachable(problem) {
  const cut = problem instanceof TypeError;
  if (cut) sayUnreachable();
  return cut;
}
