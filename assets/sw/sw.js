// The service worker, at /sw.js: pages without a network, and push messages. It answers for pages, built files,
// pictures of people and the composer; everything else (streams, forms, the API, downloads) goes as if it was
// not here. The server puts OFFICETALK before it: the built files of this version.
import { asset, composer, forget, hello, page, picture, precache } from "./keeping.js";
import { open, renew, show } from "./telling.js";

const NO_PAGES = /^\/(api|oauth|static|media|attachments|avatars|headers|emoji|live)\b|^\/settings\/data/;

async function tellPages(message) {
  for (const open of await clients.matchAll()) open.postMessage(message);
}

addEventListener("install", (event) => {
  event.waitUntil(precache(self.OFFICETALK.assets));
  skipWaiting(); // pages of the version before keep their files
});

addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      await Promise.all([clients.claim(), registration.navigationPreload?.enable()]);
      tellPages({ type: "version", files: self.OFFICETALK.assets });
    })(),
  );
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && url.pathname === "/sign-out") event.waitUntil(forget());
  if (request.method !== "GET") return;
  if (/^\/(static|look)\//.test(url.pathname)) event.respondWith(asset(event));
  else if (/^\/(media|emoji)\//.test(url.pathname) && request.destination === "image") event.respondWith(picture(event));
  else if (request.mode === "navigate" && !NO_PAGES.test(url.pathname)) event.respondWith(page(event, url));
  else if (url.pathname === "/compose" && !url.search && request.headers.has("HX-Request")) event.respondWith(composer(event));
});

addEventListener("message", (event) => {
  const told = event.data ?? {};
  if (told.type === "hello") event.waitUntil(hello(told));
  if (told.type === "left") event.waitUntil(forget());
});

// What waits to be sent lies in the pages: they are woken.
addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(tellPages({ type: "outbox" }));
});

addEventListener("push", (event) => event.waitUntil(show(event.data)));
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification));
});
addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));
