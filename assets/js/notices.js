// The page of notifications: what is new is read when one leaves the page; what comes meanwhile waits above.
import { one } from "./lib/dom.js";

const list = one("[data-notices]");

if (list) {
  document.addEventListener("live:told", () => (one("[data-notices-pill]").hidden = false));
  addEventListener("pagehide", () => {
    if (!Number(list.dataset.notices) || !one(".notif.unread", list)) return;
    const form = new FormData();
    form.set("csrf", one("meta[name=csrf]").content);
    form.set("last_read_id", list.dataset.notices);
    navigator.sendBeacon("/notifications/read", form);
  });
}
