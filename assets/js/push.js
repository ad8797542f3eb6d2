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

/** Tells the server where this browser is reached from now on. */
async function turnOn() {
  const { endpoint, keys } = (await subscribe()).toJSON();
  const body = new URLSearchParams({ csrf: one("meta[name=csrf]").content, endpoint, ...keys });
  const answer = await fetch("/settings/notifications/push", { method: "POST", body });
  if (!answer.ok) throw new Error(`${answer.status}`);
}

on("click", "[data-push-on]", async (_event, button) => {
  button.disabled = true;
  try {
    if ((await Notification.requestPermission()) !== "granted") return show();
    await turnOn();
    location.reload();
  } catch {
    toast(say("This browser could not be registered. Try again later."), { tone: "problem" });
  } finally {
    button.disabled = false;
  }
});

async function repair() {
  try {
    const { pushManager } = await ready();
    if (Notification.permission === "granted") return (await pushManager.getSubscription()) ?? (await turnOn());
  } catch {
    return; // the next visit tries again
  }
  toast(say("You have forbidden notifications of this site: allow them in the settings of the browser."), { tone: "problem" });
}

if (place) {
  if (one("[data-push-on]", place)) show();
  // Switched off here: then the push service need not know of it either.
  on("submit", "[data-push-off]", async () => {
    const worker = possible && (await navigator.serviceWorker.getRegistration());
    await (await worker?.pushManager.getSubscription())?.unsubscribe();
  });
  // The server believes that it reaches this browser, but the browser has forgotten it, or is forbidden to tell.
  if (one("[data-push-off]", place) && possible) repair();
}
