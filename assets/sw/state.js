// What the service worker remembers beyond its own life, which browsers end after half a minute: whose pages are
// kept, and the words it says. In the Cache Storage, as everything else that it keeps.
const STATE = "state";
const ADDRESS = "/state";
const NOBODY = "none"; // as the server says it in X-Account

let known; // promise of {account, frame, words}
let epoch = 0; // grows when somebody leaves

async function load() {
  const found = await (await caches.open(STATE)).match(ADDRESS);
  return found ? found.json() : {};
}

export const state = () => (known ??= load());

export async function remember(changes) {
  known = state().then((before) => ({ ...before, ...changes })); // at once: another change may come meanwhile
  const cache = await caches.open(STATE);
  await cache.put(ADDRESS, new Response(JSON.stringify(await known)));
}

/** A mark of who is there: what was begun under another one is not kept any longer. */
export const presence = () => epoch;
export const leave = () => void epoch++;
export const isSomebody = (account) => Boolean(account) && account !== NOBODY;
export { NOBODY };
