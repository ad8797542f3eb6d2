// The outbox: what was sent and has not arrived yet. It lies on this device, so that neither a cut network nor a
// closed tab loses it; each entry has a key by which the server knows it again, so that it is never said twice.
//
// An entry is what form.js reads, and {id: its key, state, next, tries, why}:
//   held      it can still be taken back until `next`; only the page that it was written on sends it
//   waiting   it is sent from `next` on, and again until it has arrived
//   refused   the server does not take it; `why` says what is wrong with it
import { one } from "../lib/dom.js";
import { say } from "../lib/words.js";
import { get, keyOf, put } from "./store.js";

const NAME = "outbox";
const BACKOFF_S = [3, 8, 20, 60, 180, 600];
const GIVE_UP_MS = 60_000; // for one attempt
const CONFIRM_MS = 3000; // after a page was left while it was sending
const ABANDONED_MS = 120_000; // the page that held it is gone
const mine = new Set(); // what this page holds
const underWay = new Set();
let running;
let timer;

export const entries = () => get(NAME, []);
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`outbox:${name}`, { detail }));

function store(list) {
  put(NAME, list);
  tell("changed");
}

export function change(id, changes) {
  store(entries().map((entry) => (entry.id === id ? { ...entry, ...changes } : entry)));
}

/** Take it out; what it was, or undefined when it has gone already, or is just going. */
export function remove(id) {
  const entry = underWay.has(id) ? undefined : entries().find((one) => one.id === id);
  mine.delete(id);
  if (entry) store(entries().filter((one) => one.id !== id));
  return entry;
}

/** Take something in; held back for some seconds when one may take it back. */
export function add(kept, id, seconds) {
  const state = seconds ? "held" : "waiting";
  store([...entries(), { ...kept, id, state, next: Date.now() + seconds * 1000, tries: 0 }]);
  if (seconds) mine.add(id);
  else flush();
}

/** Something that was taken out by mistake. */
export const putBack = (entry) => store([...entries(), entry]);

/** Time is over, or the page is: it goes. */
export function release(id) {
  if (!mine.delete(id)) return;
  change(id, { state: "waiting", next: 0 });
  flush();
}

export function retry(id) {
  change(id, { state: "waiting", next: 0 });
  flush();
}

// --- sending ---

const isDue = ({ id, state, next }) =>
  state === "waiting" ? next <= Date.now() : state === "held" && !mine.has(id) && next + ABANDONED_MS < Date.now();

/** Send what is due, one after the other and only one page at a time. */
export function flush() {
  running ??= exclusively(run).finally(() => {
    running = undefined;
    plan();
  });
}

const exclusively = (act) => (navigator.locks ? navigator.locks.request(keyOf(NAME), act) : act());

async function run() {
  for (let entry; (entry = entries().find(isDue)); ) {
    if (!navigator.onLine) return void tell("changed");
    if (!(await attempt(entry))) return;
  }
}

/** Wake up when the next one is due. */
function plan() {
  clearTimeout(timer);
  const times = entries().map(({ state, next }) => (state === "waiting" ? next : state === "held" ? next + ABANDONED_MS : Infinity));
  const soonest = Math.min(...times);
  if (navigator.onLine && soonest < Infinity) timer = setTimeout(flush, Math.max(250, soonest - Date.now()));
}

/** Send it once; whether the server could be reached and has decided. */
async function attempt(entry, keepalive = false) {
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, value);
  body.set("key", "outbox");
  body.set("once", entry.id);
  let answer;
  let told;
  underWay.add(entry.id);
  try {
    answer = await fetch(entry.action, {
      method: "POST",
      headers: { "HX-Request": "true", "X-CSRF-Token": one("meta[name=csrf]").content },
      body,
      keepalive,
      signal: AbortSignal.timeout?.(GIVE_UP_MS),
    });
    told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : undefined;
  } catch {
    later(entry, "");
    return false;
  } finally {
    underWay.delete(entry.id);
  }
  if (answer.ok && told) {
    remove(entry.id);
    tell("sent", { ...told, place: entry.place });
    return true;
  }
  if (told && answer.status < 500 && answer.status !== 429) {
    change(entry.id, { state: "refused", why: told.error });
    tell("refused", entry.id);
    return true;
  }
  const signedOut = answer.headers.has("HX-Redirect") || answer.status === 401;
  const stale = answer.status === 403; // the session is another one than the page's
  later(
    entry,
    signedOut ? say("Sign in again, and it is posted.") : stale ? say("Reload the page, and it is posted.") : "",
    Number(answer.headers.get("Retry-After")),
  );
  return false;
}

function later(entry, why, seconds = 0) {
  const tries = entry.tries + 1;
  const wait = Math.max(seconds, BACKOFF_S[Math.min(tries, BACKOFF_S.length) - 1]);
  change(entry.id, { state: "waiting", tries, why, next: Date.now() + wait * 1000 * (1 + Math.random() / 4) });
}

// The page goes away, or nobody sees it: what it holds is sent at once, by a request that outlives it. The next
// page asks again, which does no harm.
function leave() {
  for (const id of [...mine]) {
    const entry = entries().find((one) => one.id === id);
    mine.delete(id);
    if (!entry) continue;
    change(id, { state: "waiting", next: Date.now() + CONFIRM_MS });
    if (navigator.onLine) attempt({ ...entry, state: "waiting" }, true);
  }
  plan();
}

if ("me" in document.documentElement.dataset) {
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : flush()));
  addEventListener("pageshow", flush);
  addEventListener("online", () => {
    for (const { id, state } of entries()) if (state === "waiting") change(id, { next: 0 });
    flush();
  });
  addEventListener("offline", () => tell("changed"));
  addEventListener("storage", ({ key }) => key?.startsWith(`${NAME}:`) && tell("changed"));
  // The worker wakes the page when the network is back (Background Sync).
  navigator.serviceWorker?.addEventListener("message", ({ data }) => (data?.type ?? data) === "outbox" && flush());
  setTimeout(flush);
}
