// News from the server, one connection a page: each is an event "live:NAME" of the document, which the modules
// that show something listen to. When the connection was cut, what was missed is asked for; where no events come
// at all (some proxies keep them back), it is asked for now and then.
import { all, one } from "./lib/dom.js";

const POLL_MS = 30_000;
const SILENT_MS = 70_000; // the server says something every 25 seconds
const NAMES = ["new", "changed", "deleted", "told"];
const signedIn = "me" in document.documentElement.dataset;
const title = document.title;
let source;
let heard = 0;
let polling;

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
const feed = () => one("[data-live]")?.dataset.live ?? "";

function connect() {
  source?.close();
  source = new EventSource(`/live${feed() ? `?feed=${encodeURIComponent(feed())}` : ""}`);
  heard = Date.now();
  let opened = 0;
  source.addEventListener("beat", () => {
    if (opened++ === 0 && source.again) missed();
    source.again = true;
    alive();
  });
  source.addEventListener("error", () => (opened = 0)); // the browser connects again by itself
  for (const name of NAMES) {
    source.addEventListener(name, ({ data }) => {
      alive();
      tell(name, JSON.parse(data));
    });
  }
}

function alive() {
  heard = Date.now();
  clearInterval(polling);
  polling = undefined;
}

/** What this page has not heard: new posts of its feed, and how many notifications there are. */
async function missed() {
  const since = one("[data-live]")?.dataset.newest ?? "";
  try {
    const answer = await fetch(`/live/missed?${new URLSearchParams({ feed: feed(), since })}`, {
      headers: { "HX-Request": "true" },
    });
    if (!answer.ok) return;
    const told = await answer.json();
    for (const post of told.new.reverse()) tell("new", post);
    showUnread(told.unread);
  } catch {
    // Still cut off: the next time brings it.
  }
}

// A connection that is silent for too long is none. A page that nobody sees asks for nothing.
function watch() {
  if (document.hidden || Date.now() - heard < SILENT_MS || polling) return;
  missed();
  polling = setInterval(() => document.hidden || missed(), POLL_MS);
}

function showUnread(count) {
  for (const mark of all("[data-unread]")) mark.textContent = count;
  document.title = count ? `(${count}) ${title}` : title;
}

document.addEventListener("live:told", missed);

if (signedIn) {
  connect();
  setInterval(watch, 10_000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - heard > POLL_MS) missed();
  });
  addEventListener("online", connect);
  // A page that was put aside (back and forward) has lost its connection.
  addEventListener("pageshow", ({ persisted }) => persisted && (connect(), missed()));
  addEventListener("pagehide", () => source.close());
  const unread = one("[data-unread]")?.textContent;
  if (unread) showUnread(unread);
}
