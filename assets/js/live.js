// News from the server, one connection a page: each is an event "live:NAME" of the document, which the modules
// that show something listen to. When the connection was cut, what was missed is asked for; where no events come
// at all (some proxies keep them back), it is asked for now and then.
import { all, one } from "./lib/dom.js";

const POLL_MS = 30_000;
const SILENT_MS = 70_000; // the server says something every 25 seconds
const ASIDE_MS = 5000;
const MOST_SHOWN = 60;
const NAMES = ["new", "changed", "deleted", "told"];
const signedIn = "me" in document.documentElement.dataset;
const title = document.title;
let source;
let heard = Date.now();
let asked = Date.now();
let polling;
let release; // gives the place of the one hidden page that listens to the next
let aside; // while this page is hidden
const me = document.documentElement.dataset.me;
const others = new BroadcastChannel("officetalk");

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`live:${name}`, { detail }));
const feed = () => one("[data-live]")?.dataset.live ?? "";

function connect() {
  source?.close();
  source = new EventSource(`/live${feed() ? `?feed=${encodeURIComponent(feed())}` : ""}`);
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

/** What this page has not heard: new posts of its feed, what became of those it shows, the notifications. */
async function missed() {
  const since = one("[data-live]")?.dataset.newest ?? "";
  const cards = all("[data-shown]").slice(0, MOST_SHOWN);
  const shown = [...new Set(cards.map((card) => card.dataset.shown))];
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
      else if (stands.pop() || differs(one(`[data-shown="${id}"]`), stands)) tell("changed", { id, counted: true });
    }
    showUnread(told.unread);
  } catch {
    // Still cut off: the next time brings it.
  }
}

/** Whether a card shows other numbers of comments, reposts and likes. */
function differs(card, counts) {
  const shown = all(".post-acts > :is([data-act], .boost, .like) > span", card);
  const digits = ({ textContent }) => Number(textContent.normalize("NFKC").replace(/[^0-9]/g, ""));
  return shown.some((span, i) => digits(span) !== counts[i]);
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
}

document.addEventListener("live:told", missed);

if (signedIn) {
  connect();
  setInterval(watch, 10_000);
  document.addEventListener("visibilitychange", () => (document.hidden ? hide() : appear()));
  others.addEventListener("message", ({ data }) => data.me === me && mark(data.count));
  addEventListener("online", () => (connect(), missed()));
  // A page that was put aside (back and forward) has lost its connection.
  addEventListener("pageshow", ({ persisted }) => persisted && (connect(), missed()));
  addEventListener("pagehide", () => source.close());
  const unread = one("[data-unread]")?.textContent;
  if (unread) mark(unread);
}
