// Push messages (the payload is made in officetalk/push/messages.py): shown, and where they lead when pressed.
import { isSomebody, state } from "./state.js";

const MOST = 4; // notifications beside each other; more become one
const TOGETHER = "together";
const LINES = 6; // of them
const PUSH = "/settings/notifications/push";
const { icon, badge } = self.OFFICETALK;

function read(data) {
  try {
    return data.json();
  } catch {
    return null;
  }
}

let showing = Promise.resolve();

/** One after the other: each looks at what is shown already. */
export const show = (data) => (showing = showing.catch(() => {}).then(() => tell(data)));

async function tell(data) {
  const told = read(data);
  const { account, words } = await state();
  const open = await clients.matchAll({ type: "window" });
  // A message can be late: whoever is here now need not read it. Something must be shown, browsers insist.
  if (!told?.title || !isSomebody(account)) {
    return registration.showNotification(words?.something ?? "OfficeTalk", { tag: TOGETHER, icon, badge });
  }
  const tag = `n${told.notification_id}`;
  const shown = (await registration.getNotifications()).filter((one) => one.tag !== tag);
  const common = {
    badge,
    lang: told.preferred_locale,
    dir: "auto",
    silent: open.some((page) => page.focused), // whoever looks at it sees it
  };
  if (!open.length) await navigator.setAppBadge?.().catch(() => {});
  if (shown.length < MOST && !shown.some((one) => one.tag === TOGETHER)) {
    // Drawn portraits are SVG, which no system shows.
    const face = told.icon && !/\.svg(\?|$)/.test(told.icon) ? told.icon : icon;
    const options = { ...common, tag, body: told.body, icon: face, data: { id: told.notification_id, titles: [told.title] } };
    return registration.showNotification(told.title, options);
  }
  // Once each: those that were closed a moment ago can still be among them.
  const titles = [...new Set([told.title, ...shown.flatMap((one) => one.data?.titles ?? [])])].slice(0, LINES);
  for (const one of shown) if (one.tag !== TOGETHER) one.close();
  return registration.showNotification(words?.several ?? "OfficeTalk", {
    ...common, tag: TOGETHER, renotify: !common.silent, icon, body: titles.join("\n"), data: { titles },
  });
}

// A page on which nothing can be half done: another may take its place.
const mayLeave = ({ url }) => /^\/($|company$|notifications|@)/.test(new URL(url).pathname);

export async function open({ data }) {
  const address = data?.id ? `/notifications/${data.id}` : "/notifications";
  const pages = await clients.matchAll({ type: "window" });
  const there = pages.find(mayLeave);
  if (!there) return clients.openWindow(address);
  await there.focus().catch(() => {});
  return there.navigate(address);
}

/** The push service gave another address: the server is told, and what was chosen stays. */
export async function renew({ oldSubscription, newSubscription }) {
  if (!oldSubscription && !newSubscription) return;
  const options = (newSubscription ?? oldSubscription).options;
  const subscription = newSubscription ?? (await registration.pushManager.subscribe(options));
  const page = await (await fetch("/offline")).text();
  const csrf = page.match(/<meta name="csrf" content="([^"]+)"/)?.[1];
  if (!csrf) return subscription.unsubscribe(); // nobody is signed in
  const { endpoint, keys } = subscription.toJSON();
  await fetch(PUSH, { method: "POST", body: new URLSearchParams({ csrf, endpoint, ...keys }) });
}
