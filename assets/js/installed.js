// The service worker (assets/sw): it gets to know who is here, and the words that it says; a page that it has kept
// says that it is one.
import { all, on, one } from "./lib/dom.js";
import { say } from "./lib/words.js";
import { toast } from "./toasts.js";

const root = document.documentElement;
const workers = navigator.serviceWorker; // not on plain http addresses
const keptAt = Number(one("meta[name=kept]")?.content);
const waits = one("[data-offline]"); // the page that stands in for another one
const AGAIN_MS = 10_000;

// --- the banner ---

/** As the clock of the page showed it, with the day where that is another one. */
function when() {
  const day = new Date(keptAt);
  if (day.toDateString() === new Date().toDateString()) return root.dataset.at;
  return `${new Intl.DateTimeFormat(root.lang, { dateStyle: "medium" }).format(day)} ${root.dataset.at}`;
}

function words() {
  if (!keptAt) return say("You are offline.");
  const time = when();
  if (navigator.onLine) return say("The server cannot be reached. This is what was here at %(time)s.", { time });
  return say("You are offline. This is what was here at %(time)s.", { time });
}

function showBanner() {
  if (one(".offline") || waits) return;
  const banner = document.createElement("div");
  banner.className = "offline";
  banner.setAttribute("role", "status");
  banner.innerHTML = '<svg class="i" aria-hidden="true"><use href="#i-cloud-off"/></svg><span></span>';
  one("#main").prepend(banner);
  // After it stands there, so that it is read out.
  setTimeout(() => (one("span", banner).textContent = words()), 50);
}

/** Load what was asked for; not again and again, where the server answers for something else only. */
function loadAgain() {
  if (Date.now() - Number(sessionStorage.getItem("loaded-again")) < AGAIN_MS) return;
  sessionStorage.setItem("loaded-again", Date.now());
  location.reload();
}

function back() {
  if (waits && keptAt) loadAgain();
  all(".offline").forEach((banner) => banner.remove());
}

if ("me" in root.dataset) {
  if (keptAt || !navigator.onLine) showBanner();
  addEventListener("offline", showBanner);
  if (!keptAt && !waits) addEventListener("online", back);
  document.addEventListener("live:heard", back); // what was missed is being asked for
}

// --- the worker ---

async function greet() {
  await workers.register("/sw.js", { scope: "/", updateViaCache: "none" });
  const { active } = await workers.ready;
  active.postMessage({
    type: "hello",
    account: root.dataset.me,
    language: root.lang,
    address: location.pathname + location.search,
    words: { something: say("Something new in OfficeTalk"), several: say("Several new notifications") },
  });
}

/** Another version of the worker is here. A page of the one before goes on with its own files: they are kept. */
function renewed(files) {
  if (files.includes(new URL(import.meta.url).pathname)) return;
  const href = location.pathname + location.search;
  toast(say("OfficeTalk was updated."), { link: { words: say("Load the new version"), href } });
}

/** Nobody is here, or somebody leaves: what was kept goes, also where no worker runs. */
function clear() {
  workers?.controller?.postMessage({ type: "left" });
  if ("caches" in window) for (const name of ["frame", "pages", "pictures"]) caches.delete(name);
}

if (!("me" in root.dataset)) clear();
else if (workers && !keptAt) {
  const begin = () => greet().catch((problem) => console.info("no service worker:", problem));
  // After what the page itself needs.
  addEventListener("load", () => ("requestIdleCallback" in window ? requestIdleCallback(begin, { timeout: 2000 }) : begin()));
}
on("submit", 'form[action="/sign-out"]', clear);

// What waits to be sent goes when the network is back, where the browser can tell the worker (Background Sync).
document.addEventListener("outbox:changed", async () => {
  if (!navigator.onLine) await (await workers?.ready)?.sync?.register("outbox").catch(() => {});
});

workers?.addEventListener("message", ({ data }) => {
  if (data?.type === "version") renewed(data.files);
});
