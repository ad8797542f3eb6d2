// A person in short, after 400 ms of rest on a name, or by the key i on it. It holds nothing that is nowhere else.
import htmx from "htmx.org";
import { fetchFragment, on, one } from "./lib/dom.js";
import { place } from "./lib/place.js";

const REST_MS = 400;
const LEAVE_MS = 200;
const card = one("#card");
let timer;

async function show(link) {
  try {
    const { content } = await fetchFragment(`${link.getAttribute("href")}/card`);
    if (!link.isConnected) return;
    card.replaceChildren(content);
  } catch {
    return;
  }
  htmx.process(card);
  card.showPopover();
  place(card, link, { always: true });
}

const hide = () => card.matches(":popover-open") && card.hidePopover();

if (card) {
  document.addEventListener("pointerover", (event) => {
    const link = event.target.closest("a[data-card]");
    if (event.pointerType === "touch" || (!link && !event.target.closest("#card"))) return;
    clearTimeout(timer);
    if (link) timer = setTimeout(() => show(link), REST_MS);
  });
  document.addEventListener("pointerout", (event) => {
    if (!event.target.closest("a[data-card], #card")) return;
    clearTimeout(timer);
    timer = setTimeout(hide, LEAVE_MS);
  });
  on("keydown", "a[data-card]", (event, link) => {
    if (event.key === "i") show(link);
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  addEventListener("scroll", hide, { passive: true });
}
