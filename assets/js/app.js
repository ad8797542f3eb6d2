// The page's script. Every page is complete without it: links lead, forms send. What is here makes them
// answer in place, and adds keys, live news and small comforts. One module a concern.
import "htmx.org";
import "./acts.js";
import "./composer.js";
import "./counts.js";
import "./dialogs.js";
import "./focus.js";
import "./hovercard.js";
import "./installed.js";
import "./keys.js";
import "./lists.js";
import "./live.js";
import "./menus.js";
import "./notices.js";
import "./push.js";
import "./timeline.js";
import "./toasts.js";
import "./uploads.js";
import "./viewer.js";

// The server shows times in the account's time zone, or else in the browser's: tell it which that is.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes("officetalk_zone=")) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `officetalk_zone=${zone}; path=/; max-age=31536000; samesite=lax${secure}`;
}
