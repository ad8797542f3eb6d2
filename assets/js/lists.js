// Long lists: the next page comes by itself when one nears the end, and Back finds the place where one was.
import htmx from "htmx.org";
import { all, one } from "./lib/dom.js";

const AHEAD = "900px";
const MOST = 8; // pages that come back with Back
const key = () => `place:${location.pathname}${location.search}`;
let loaded = 0;

const link = () => one(".older a[hx-get]");

// --- the next page ---

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) load(target);
  },
  { rootMargin: AHEAD },
);

function load(next) {
  near.unobserve(next);
  if (next.dataset.loading) return Promise.resolve();
  next.dataset.loading = "true";
  loaded += 1;
  return new Promise((resolve) => {
    document.addEventListener("htmx:after:swap", () => resolve(watch()), { once: true });
    const ended = ({ detail }) => detail.ctx?.response?.status < 400 || resolve(failed(next));
    next.addEventListener("htmx:finally:request", ended, { once: true });
    htmx.trigger(next, "click");
  });
}

/** There was no network, say: it is tried again when something is heard of the server. */
function failed(next) {
  delete next.dataset.loading;
  loaded -= 1;
  document.addEventListener("live:heard", watch, { once: true });
}

function watch() {
  const next = link();
  // Data is somebody's money: then one asks for more oneself.
  if (next && !navigator.connection?.saveData) near.observe(next);
}

// --- the place ---

function remember() {
  const seen = all(".post, .notif, .personline, .person").find((item) => item.getBoundingClientRect().bottom > 90);
  const at = seen?.id ? { id: seen.id, top: seen.getBoundingClientRect().top } : { scroll: scrollY };
  sessionStorage.setItem(key(), JSON.stringify({ ...at, loaded }));
}

async function restore() {
  const kept = JSON.parse(sessionStorage.getItem(key()) ?? "null");
  if (!kept) return;
  for (let i = 0; i < Math.min(kept.loaded, MOST) && link(); i++) await load(link());
  const item = kept.id && document.getElementById(kept.id);
  if (item) scrollBy({ top: item.getBoundingClientRect().top - kept.top, behavior: "instant" });
  else if (kept.scroll) scrollTo({ top: kept.scroll, behavior: "instant" });
}

if (link()) {
  addEventListener("pagehide", remember);
  // The browser's own place is in a page that is shorter now.
  history.scrollRestoration = "manual";
  const came = performance.getEntriesByType("navigation")[0]?.type;
  const begin = async () => {
    // htmx takes the links into its care some moment after the modules have run.
    if (link() && !("htmxPowered" in link().dataset)) return setTimeout(begin, 20);
    if (came === "back_forward") await restore();
    watch();
  };
  begin();
}
