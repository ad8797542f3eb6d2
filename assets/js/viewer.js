// Pictures of a post, large: one after the other by keys, buttons and swipes, closer by double click or wheel,
// with what they show in words.
import { all, on, one } from "./lib/dom.js";
import { say } from "./lib/words.js";

const SWIPE = 60; // pixels
let viewer;
let pictures = [];
let at = 0;
let from = null;

function build() {
  const button = (name, icon, words) =>
    `<button type="button" class="iconbtn" data-viewer="${name}" aria-label="${words}" title="${words}"><svg class="i" aria-hidden="true"><use href="#i-${icon}"/></svg></button>`;
  viewer = document.createElement("dialog");
  viewer.className = "viewer";
  viewer.setAttribute("aria-label", say("Picture"));
  viewer.innerHTML = `<div class="viewer-bar"><span data-viewer-count></span>${button("close", "x", say("Close"))}</div>
<figure><div class="viewer-stage"><img alt="" data-viewer-image></div><figcaption dir="auto" data-viewer-words></figcaption></figure>
${button("before", "chevron-left", say("Picture before"))}${button("next", "chevron-right", say("Next picture"))}`;
  document.body.append(viewer);
  viewer.addEventListener("click", (event) => {
    const { viewer: what } = event.target.closest("[data-viewer]")?.dataset ?? {};
    if (what === "close" || event.target === viewer) viewer.close();
    if (what === "before") show(at - 1);
    if (what === "next") show(at + 1);
  });
  viewer.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) show(at + (document.dir === "rtl" ? -by : by));
  });
  viewer.addEventListener("close", () => from?.focus());
  const stage = one(".viewer-stage", viewer);
  stage.addEventListener("dblclick", () => stage.classList.toggle("closer"));
  stage.addEventListener("wheel", (event) => stage.classList.toggle("closer", event.deltaY < 0), { passive: true });
  stage.addEventListener("pointermove", (event) => {
    if (!stage.classList.contains("closer")) return;
    const { left, top, width, height } = stage.getBoundingClientRect();
    const image = one("img", stage);
    image.style.setProperty("transform-origin", `${((event.clientX - left) / width) * 100}% ${((event.clientY - top) / height) * 100}%`);
  });
  let began = null;
  stage.addEventListener("touchstart", ({ touches }) => (began = touches.length === 1 ? touches[0] : null), { passive: true });
  stage.addEventListener("touchend", ({ changedTouches: [touch] }) => {
    if (!began || stage.classList.contains("closer")) return;
    const x = touch.clientX - began.clientX;
    const y = touch.clientY - began.clientY;
    if (Math.abs(x) > SWIPE && Math.abs(x) > Math.abs(y)) show(at + (x < 0 ? 1 : -1));
    else if (y > SWIPE * 1.5) viewer.close();
  });
}

function show(index) {
  if (index < 0 || index >= pictures.length) return;
  at = index;
  const { href } = pictures[at];
  const thumb = one("img", pictures[at]);
  const image = one("[data-viewer-image]", viewer);
  one(".viewer-stage", viewer).classList.remove("closer");
  image.src = href;
  image.alt = thumb.alt;
  one("[data-viewer-words]", viewer).textContent = one(".alt span", pictures[at].closest("figure"))?.textContent ?? "";
  one("[data-viewer-count]", viewer).textContent =
    pictures.length > 1 ? say("%(at)s of %(all)s", { at: at + 1, all: pictures.length }) : "";
  one('[data-viewer="before"]', viewer).hidden = at === 0;
  one('[data-viewer="next"]', viewer).hidden = at === pictures.length - 1;
}

on("click", ".media figure > a", (event, link) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (!viewer) build();
  from = link;
  pictures = all("figure > a", link.closest(".media"));
  show(pictures.indexOf(link));
  viewer.showModal();
});

