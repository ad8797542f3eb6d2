// News from the server, one connection a page: each is an event "live:NAME" of the document, which the modules
// that show something listen to. When the connection was cut, what was missed is asked for; where no events come
// at all (some proxies keep them back), it is asked for now and then.
import { all, one } from "./lib/dom.js";

const POLL_MS = 30_000;
const SILENT_MS = 70_000; // the server says something every 25 seconds
const ASIDE_MS = 5000;
const MOST_SHOWN = 60;
const NAMES = ["new", "changed", "deleted", "counted", "told"];
const SETTLE_MS = 1500;
const signedIn = "me" in document.documentElement.dataset;
const title = document.title;
let source;
let heard = Date.now();
const kept = Number(one("meta[name=kept]")?.content); // when this page was read, if the service worker brought it
let asked = kept || Date.now();
let polling;
let release; // gives the place of the one hidden page that listens to the next
let attended = []; // the posts that this connection tells of
let settling;
let aside; // while this page is hidden
const me = document.documentElement.dataset.me;
const others = new BroadcastChannel("officetalk");

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
const feed = () => one("[data-live]")?.dataset.live ?? "";

/** The posts that the page shows, those around what is read: how they stand is told. */
function shownPosts() {
  const cards = all("[data-shown]");
  const reading = cards.findIndex((card) => card.getBoundingClientRect().bottom > 0);
  const from = Math.max(0, Math.min(reading - MOST_SHOWN / 3, cards.length - MOST_SHOWN));
  return [...new Set(cards.slice(from, from + MOST_SHOWN).map((card) => card.dataset.shown))];
}

function connect() {
  const before = source;
  source = new EventSource(`/live?${new URLSearchParams({ feed: feed(), shown: (attended = shownPosts()) })}`);
  const mine = source;
  let opened = 0;
  source.again = Boolean(kept);
  source.addEventListener("beat", () => {
    before?.close(); // only now, so that nothing falls between the two
    if (opened++ === 0 && mine.again) missed();
    mine.again = true;
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
  tell("heard");
}

/** What this page has not heard: new posts of its feed, what became of those it shows, the notifications. */
async function missed() {
  const since = one("[data-live]")?.dataset.newest ?? "";
  const shown = shownPosts();
  const age = Math.ceil((Date.now() - asked) / 1000) + 1;
  const now = Date.now();
  try {
    const answer = await fetch(`/live/missed?${new URLSearchParams({ feed: feed(), since, shown, age })}`, {
      headers: { "HX-Request": "true" },
    });
    if (!answer.ok) return;
    asked = now;
    const told = await answer.json();
    for (const post of told.new.reverse()) tell("new", post);
    for (const id of shown) {
      const stands = told.posts[id];
      if (!stands) tell("deleted", { id });
      else tell("counted", { id, counts: stands.slice(0, 3), look: stands[3], missed: true });
    }
    showUnread(told.unread);
  } catch {
    // Still cut off: the next time brings it.
  }
}

/** Other posts have come on the page: hear of those too, once it has settled. */
function attend() {
  clearTimeout(settling);
  settling = setTimeout(() => {
    const open = source.readyState === EventSource.OPEN;
    if (open && shownPosts().some((id) => !attended.includes(id))) connect();
  }, SETTLE_MS);
}

// A connection that is silent for too long is none. A page that nobody sees asks for nothing.
function watch() {
  if (document.hidden || Date.now() - heard < SILENT_MS || polling) return;
  missed();
  polling = setInterval(() => document.hidden || (again(), missed()), POLL_MS);
}

/** Connect again where the browser has given up: the server refused, or the page was put aside. */
const again = () => source.readyState === EventSource.CLOSED && connect();

// Browsers open six connections to a host, and many pages: of those that nobody sees one listens, and tells the
// others how many notifications there are.
function hide() {
  aside = new AbortController();
  const { signal } = aside;
  const listen = () => {
    if (signal.aborted) return;
    again();
    return new Promise((done) => (release = done));
  };
  navigator.locks?.request("officetalk-live", { signal }, listen).catch(() => {});
  setTimeout(() => signal.aborted || release || !navigator.locks || source.close(), ASIDE_MS);
}

function appear() {
  aside?.abort();
  release?.();
  aside = release = undefined;
  if (again() !== false || Date.now() - heard > POLL_MS) missed();
}

function showUnread(count) {
  others.postMessage({ me, count });
  mark(count);
}

function mark(count) {
  for (const badge of all("[data-unread]")) badge.textContent = count;
  document.title = count ? `(${count}) ${title}` : title;
  // On the icon of the installed app. "99+" is not a number for it.
  const badge = Number.parseInt(String(count).normalize("NFKC"), 10);
  (badge ? navigator.setAppBadge?.(badge) : navigator.clearAppBadge?.())?.catch(() => {});
}

document.addEventListener("live:told", missed);

if (signedIn) {
  connect();
  setInterval(watch, 10_000);
  document.addEventListener("visibilitychange", () => (document.hidden ? hide() : appear()));
  others.addEventListener("message", ({ data }) => data.me === me && mark(data.count));
  document.addEventListener("htmx:afterSettle", attend);
  document.addEventListener("added", attend);
  addEventListener("online", () => (connect(), missed()));
  // A page that was put aside (back and forward) has lost its connection.
  addEventListener("pageshow", ({ persisted }) => persisted && (connect(), missed()));
  addEventListener("pagehide", () => source.close());
  const unread = one("[data-unread]")?.textContent;
  mark(unread ?? "");
}
