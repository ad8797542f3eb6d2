// Push messages of this browser, switched on and off in the settings of notifications. What arrives, the service
// worker shows.
import { on, one } from "./lib/dom.js";
import { say } from "./lib/words.js";
import { toast } from "./toasts.js";

const READY_MS = 8000; // for the service worker to be there
const place = one("[data-push]");
const possible = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

function show() {
  const denied = possible && Notification.permission === "denied";
  const says = one("[data-push-says]", place);
  if (denied) says.textContent = say("You have forbidden notifications of this site: allow them in the settings of the browser.");
  else if (!possible) says.textContent = say("This browser cannot be told while OfficeTalk is closed.");
  one("[data-push-on]", place).hidden = !possible || denied;
}

function ready() {
  const late = new Promise((_, fail) => setTimeout(() => fail(new Error("no service worker")), READY_MS));
  return Promise.race([navigator.serviceWorker.ready, late]);
}

/** The browser's subscription with this server's key; one with another key is of no use any longer. */
async function subscribe() {
  const { pushManager } = await ready();
  await (await pushManager.getSubscription())?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: place.dataset.push });
}

on("click", "[data-push-on]", async (_event, button) => {
  button.disabled = true;
  try {
    if ((await Notification.requestPermission()) !== "granted") return show();
    const { endpoint, keys } = (await subscribe()).toJSON();
    const form = new FormData();
    form.set("csrf", one("meta[name=csrf]").content);
    for (const [name, value] of Object.entries({ endpoint, ...keys })) form.set(name, value);
    const answer = await fetch("/settings/notifications/push", { method: "POST", body: new URLSearchParams(form) });
    if (!answer.ok) throw new Error(`${answer.status}`);
    location.reload();
  } catch {
    toast(say("This browser could not be registered. Try again later."), { tone: "problem" });
  } finally {
    button.disabled = false;
  }
});

if (place) {
  if (one("[data-push-on]", place)) show();
  // Switched off here, or forbidden in the browser: then the server need not know of it either.
  on("submit", "[data-push-off]", async () => {
    const worker = possible && (await navigator.serviceWorker.getRegistration());
    await (await worker?.pushManager.getSubscription())?.unsubscribe();
  });
}
