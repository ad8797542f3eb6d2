// Timelines: new posts wait behind a pill until the reader wants them; what changed or is gone shows in place;
// where one stopped reading is remembered.
import htmx from "htmx.org";
import { closeDialog } from "./dialogs.js";
import { all, fetchFragment, on, one, reducedMotion } from "./lib/dom.js";
import { many, say } from "./lib/words.js";
import { toast } from "./toasts.js";

const me = document.documentElement.dataset.me;
const pill = one(".newpill[data-live]");
const waiting = new Map(); // posts that are not shown yet, to the portraits of their authors
const FACES = 3;

// --- the pill ---

function showPill() {
  const count = waiting.size;
  one(".stack", pill).innerHTML = [...new Set(waiting.values())].slice(-FACES).join("");
  one("[data-count]", pill).textContent = many("%(count)s new post", "%(count)s new posts", count);
  pill.hidden = count === 0;
}

/** Fetch what is newer than the newest post on the page and put it above, without moving what is read. */
async function showNew() {
  const scrolled = scrollY;
  const timeline = one("[data-timeline]");
  const address = `${location.pathname}?min_id=${pill.dataset.newest}`;
  if (pill.dataset.newest === "0") return location.reload();
  let fetched;
  try {
    fetched = await fetchFragment(address);
  } catch {
    return toast(say("The new posts could not be loaded. Try again."), { tone: "problem" });
  }
  if (fetched.headers.get("X-More")) return location.reload(); // more than one page: begin anew
  waiting.clear();
  showPill();
  const before = document.documentElement.scrollHeight;
  const added = insertAbove(timeline, fetched.content);
  if (scrolled > 0) scrollTo({ top: scrolled + document.documentElement.scrollHeight - before });
  return added;
}

/** Parts of the day that are on the page already take the cards in; others come above. */
function insertAbove(timeline, content) {
  const known = new Set(all(".post", timeline).map((post) => post.id));
  const added = all(".post", content).filter((post) => !known.has(post.id));
  for (const post of all(".post", content)) if (known.has(post.id)) post.remove();
  if (!added.length) return added;
  pill.dataset.newest = added[0].dataset.post;
  one(".empty", timeline)?.closest(".sheet").remove();
  for (const part of all(".part", content).reverse()) {
    const first = one(".part", timeline);
    const feed = one(".feed", part);
    if (!feed.childElementCount) continue;
    if (first && first.getAttribute("aria-labelledby") === part.getAttribute("aria-labelledby")) {
      one(".feed", first).prepend(...feed.childNodes);
    } else timeline.prepend(part);
  }
  for (const post of added) {
    post.classList.add("new");
    htmx.process(post);
  }
  document.dispatchEvent(new CustomEvent("added"));
  return added;
}

on("click", "[data-new]", async () => {
  const added = await showNew();
  if (!added?.length) return;
  scrollTo({ top: 0, behavior: reducedMotion() ? "auto" : "smooth" });
  added[0].focus({ preventScroll: true });
});

// --- live ---

document.addEventListener("live:new", ({ detail: { id, author, face } }) => {
  if (one("#thread") && author !== me && !one(`[data-post="${id}"]`)) mergeThread();
  if (!pill || author === me || one(`[data-post="${id}"]`)) return;
  waiting.set(id, face ?? "");
  const atTop = scrollY < 40 && "liveInsert" in document.documentElement.dataset;
  if (atTop && !one("dialog[open]")) showNew();
  else showPill();
});
document.addEventListener("live:changed", ({ detail }) => refresh(detail.id));
document.addEventListener("live:deleted", ({ detail: { id } }) => {
  waiting.delete(id);
  if (pill) showPill();
  all(`[data-post="${id}"]`).forEach((post) => post.remove());
});

// --- what was done on this page ---

/** Ask for the card of a post again, wherever it stands. */
export async function refresh(id) {
  for (const post of all(`[data-shown="${id}"]`)) {
    // Somebody is about to vote or write.
    const busy = () => one(":is(input, textarea, select):focus, .poll :checked", post);
    if (busy()) continue;
    try {
      const { content } = await fetchFragment(`/posts/${post.dataset.post}/card?as=${encodeURIComponent(post.dataset.as)}`);
      if (busy()) continue;
      const fresh = content.firstElementChild;
      // Only now: the reader may have gone on meanwhile.
      const focused = post.contains(document.activeElement) ? document.activeElement : null;
      const parts = all("a, button, summary", post);
      const place = parts.indexOf(focused) - parts.length; // from the end: the numbers before it come and go
      post.replaceWith(fresh);
      htmx.process(fresh);
      if (focused) (all("a, button, summary", fresh).at(place) ?? fresh).focus({ preventScroll: true });
    } catch {
      // It stays as it was; the next load shows it.
    }
  }
}

// Somebody's own post has arrived: it comes to where it belongs. What one reads or writes meanwhile stays.
document.addEventListener("published", ({ detail }) => {
  if (detail.parent && one("#thread")) mergeThread();
  else if (detail.parent) refresh(detail.parent);
  else if (pill) showNew();
});

/** New comments come to where they belong; what is there stays as it is. */
export async function mergeThread() {
  let content;
  try {
    ({ content } = await fetchPage(location.href));
  } catch {
    addEventListener("online", () => mergeThread(), { once: true });
    return;
  }
  let before;
  for (const fresh of all("#thread .feed .post[data-post]", content)) {
    const known = one(`#thread #${fresh.id}`);
    if (known) known.className = fresh.className;
    else {
      fresh.classList.add("new");
      if (before) before.after(fresh);
      else one("#thread .feed").prepend(fresh);
      fresh.closest("details")?.setAttribute("open", ""); // what comes is not folded away
      htmx.process(fresh);
    }
    before = known ?? fresh;
  }
}

async function fetchPage(address) {
  const template = document.createElement("template");
  template.innerHTML = await (await fetch(address)).text();
  return template;
}

document.addEventListener("changed", ({ detail }) => {
  closeDialog();
  refresh(detail.id);
});

document.addEventListener("gone", ({ detail }) => {
  closeDialog();
  const posts = all(`[data-shown="${detail.id}"]`);
  if (posts.some((post) => post.matches(".focal"))) location.href = "/";
  for (const post of posts) post.remove();
});

// --- you're caught up ---

if (pill?.dataset.live === "home" && Number(pill.dataset.newest)) {
  addEventListener("pagehide", () => {
    const form = new FormData();
    form.set("csrf", one("meta[name=csrf]").content);
    form.set("last_read_id", pill.dataset.newest);
    navigator.sendBeacon("/markers/home", form);
  });
}
