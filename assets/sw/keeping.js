// What is kept for when there is no network: the built files; of one account at a time the pages that the server
// allows (X-Keep, see officetalk/web/installing.py), the newest of them, and the pictures of people on them.
// Nothing of it survives a sign-out, an end of the session that is noticed, or somebody else's sign-in.
import { NOBODY, isSomebody, leave, presence, remember, state } from "./state.js";

const ASSETS = "assets";
const FRAME = "frame"; // what is always at hand: the composer, the page that says that there is no network
const PAGES = "pages";
const PICTURES = "pictures";
const MOST = { [ASSETS]: 80, [FRAME]: 3, [PAGES]: 30, [PICTURES]: 200 }; // files of several versions, for old pages
const LONGEST_MS = 14 * 24 * 3600 * 1000; // that a page is shown offline
const FRESH_MS = 24 * 3600 * 1000; // that the frame serves before it is asked for again
const NOT_THERE = new Set([502, 503, 504]); // a proxy answers, the server does not
const FALLBACK = "/offline";
const COMPOSER = "/compose";
const COMPOSER_PART = "/compose?part"; // as a dialog; no address of ours
const cacheOf = (key) => ([FALLBACK, COMPOSER, COMPOSER_PART].includes(key) ? FRAME : PAGES);

// --- the caches ---

async function put(name, key, answer) {
  const cache = await caches.open(name);
  await cache.delete(key); // what is put again is the newest
  await cache.put(key, answer);
  const keys = await cache.keys();
  for (const old of keys.slice(0, Math.max(0, keys.length - MOST[name]))) await cache.delete(old);
}

const get = async (name, key) => (await caches.open(name)).match(key);

let asked; // for whom the frame was brought: where the server allows nothing, it is asked once

/** Everything of whoever was here, at once. */
export async function forget() {
  leave();
  asked = undefined;
  const { account } = await state();
  await Promise.all([FRAME, PAGES, PICTURES].map((name) => caches.delete(name)));
  await remember({ account: NOBODY, frame: undefined });
  if (!isSomebody(account)) return;
  for (const told of await registration.getNotifications()) told.close();
  await navigator.clearAppBadge?.().catch(() => {});
  await (await registration.pushManager?.getSubscription())?.unsubscribe();
}

/** The server has said who is looking: `account` is an id, or NOBODY. */
export async function noticed(account) {
  const { account: before } = await state();
  if (!account || account === before) return;
  if (isSomebody(before) || account === NOBODY) await forget();
  await remember({ account });
}

// --- pages ---

/** Keeps a page as it stands in `copy`, unless whoever asked for it has left since. `key`: under which address. */
async function keep(key, copy, began) {
  const html = await copy.text();
  const now = Date.now();
  const headers = new Headers(copy.headers);
  for (const name of ["content-encoding", "content-length", "set-cookie"]) headers.delete(name);
  headers.set("X-Kept", now);
  // The page's script says when that was.
  const marked = html.replace('<meta charset="utf-8">', `$&<meta name="kept" content="${now}">`);
  if (presence() === began) await put(cacheOf(key), key, new Response(marked, { headers }));
}

/** Sees who is looking and keeps what may be kept, while the page is shown already. Call it before the answer is
 *  given away. */
function note(answer, key, began) {
  const account = answer.status < 500 ? answer.headers.get("X-Account") : null;
  const copy = answer.status === 200 && answer.headers.has("X-Keep") ? answer.clone() : null;
  return (async () => {
    if (presence() !== began) return;
    await noticed(account);
    const here = presence();
    if (copy && isSomebody(account) && account === (await state()).account) await keep(key, copy, here);
  })();
}

async function kept(key, longest = LONGEST_MS) {
  const found = await get(cacheOf(key), key);
  return found && Date.now() - Number(found.headers.get("X-Kept")) < longest ? found : undefined;
}

const keyOf = (url) => url.pathname + url.search;

/** A page of ours: from the network, else as it was, else the page that says that there is no network. */
export async function page(event, url) {
  const began = presence();
  let answer;
  try {
    const early = await Promise.resolve(event.preloadResponse).catch(() => undefined);
    answer = early ?? (await fetch(event.request));
  } catch {
    // There is no network; see below.
  }
  if (answer && !NOT_THERE.has(answer.status)) {
    event.waitUntil(note(answer, keyOf(url), began));
    return answer;
  }
  const key = url.pathname === COMPOSER ? COMPOSER : keyOf(url);
  return (await kept(key)) ?? answer ?? (await kept(FALLBACK)) ?? Response.error();
}

/** The composer as a dialog. Offline each gets a key of its own, by which the server knows it again. */
export async function composer(event) {
  const began = presence();
  try {
    const answer = await fetch(event.request);
    event.waitUntil(note(answer, COMPOSER_PART, began));
    return answer;
  } catch (problem) {
    const found = await kept(COMPOSER_PART);
    if (!found) throw problem;
    const html = (await found.text()).replace(/(name="once" value=")[^"]*/, `$1${crypto.randomUUID()}`);
    return new Response(html, { headers: found.headers });
  }
}

async function bring(address, key, headers = {}) {
  const began = presence();
  try {
    await note(await fetch(address, { headers }), key, began);
  } catch {
    // Cut off already: what there is must do.
  }
}

/** A page has opened: what can be needed offline and is not here yet. */
export async function hello({ account, language, words, address }) {
  await noticed(account);
  const frame = `${language} ${self.OFFICETALK.version}`;
  const current = (await state()).frame === frame;
  await remember({ frame, words });
  if (asked === account + frame) return;
  asked = account + frame;
  const longest = current ? FRESH_MS : 0;
  if (await kept(FALLBACK, longest)) return;
  await bring(FALLBACK, FALLBACK);
  await bring(COMPOSER, COMPOSER);
  await bring(COMPOSER, COMPOSER_PART, { "HX-Request": "true" });
  for (const one of new Set(["/", "/notifications", address])) if (!(await kept(one))) await bring(one, one);
}

// --- files ---

/** A built file: its name has its content's hash in it, so what is here is right. */
export async function asset(event) {
  const found = await get(ASSETS, event.request);
  if (found) return found;
  const answer = await fetch(event.request);
  if (answer.ok) event.waitUntil(put(ASSETS, event.request, answer.clone()));
  return answer;
}

/** Somebody's picture, which never changes under its name. */
export async function picture(event) {
  const began = presence();
  const found = await get(PICTURES, event.request);
  if (found) return found;
  const answer = await fetch(event.request);
  if (answer.status !== 200) return answer;
  const copy = answer.clone();
  event.waitUntil(
    (async () => {
      const { account } = await state();
      // Where no page may be kept, no picture is.
      const allowed = isSomebody(account) && (await kept(FALLBACK));
      if (allowed && presence() === began) await put(PICTURES, event.request, copy);
    })(),
  );
  return answer;
}

/** The built files of this version, beside those that are here. */
export async function precache(addresses) {
  const cache = await caches.open(ASSETS);
  const missing = [];
  for (const address of addresses) if (!(await cache.match(address))) missing.push(address);
  await cache.addAll(missing);
}
