// Focus is never lost: when what has it is taken from the page (a post that was deleted, a list that was replaced,
// a button after its last page, a dialog whose opener is gone), what stands in its place gets it.
import { all, one } from "./lib/dom.js";

const CAN = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
const ITEMS = ".post, .notif, .personline, .person";
let last = null; // what has or had the focus
let place = null; // the same within the page itself, for when a dialog or menu closes

const nowhere = () => !document.activeElement || document.activeElement === document.body;
const shown = (element) => element?.isConnected && element.checkVisibility();
const first = (element) => (element.matches(CAN) ? element : (one(ITEMS, element) ?? one(CAN, element)));

/** What in `fresh` is to `old` as `element` is in it: the same name, else the same place counted from the end
 *  (the numbers before it come and go). */
function counterpart(element, old, fresh) {
  if (element === old) return first(fresh);
  const parts = all(CAN, old);
  const named = element.name ? all(`[name="${CSS.escape(element.name)}"]`, fresh) : [];
  const same = named.length === 1 ? named[0] : named.find((one) => one.value === element.value);
  return same ?? all(CAN, fresh).at(parts.indexOf(element) - parts.length) ?? first(fresh);
}

function sibling(node, way) {
  for (let at = node; at; at = at[way]) if (at.nodeType === 1 && at.matches(ITEMS)) return at;
}

/** Who comes after `element`, which went away with these records. */
function heir(element, records) {
  const gone = records.findLast(({ removedNodes }) => [...removedNodes].some((node) => node.contains(element)));
  if (!gone) return null;
  const node = [...gone.removedNodes].find((one) => one.contains(element));
  for (let at = element; at; at = at === node ? null : at.parentElement) {
    const fresh = at.id && document.getElementById(at.id);
    if (shown(fresh)) return counterpart(element, at, fresh);
  }
  const added = records.filter(({ target }) => target === gone.target).flatMap(({ addedNodes }) => [...addedNodes]);
  const come = added.find((one) => one.nodeType === 1 && one.isConnected && first(one));
  if (come) return first(come);
  const beside = sibling(gone.nextSibling, "nextSibling") ?? sibling(gone.previousSibling, "previousSibling");
  return beside ?? gone.target.closest(`${ITEMS}, [data-composer], dialog[open]`) ?? one("#main");
}

function put(element) {
  const to = shown(element) ? element : one("#main");
  if (to && !to.matches(CAN)) to.tabIndex = -1;
  to?.focus({ preventScroll: true });
}

document.addEventListener("focusin", ({ target }) => {
  last = target;
  if (!target.closest("dialog, [popover]")) place = target;
});

// A press beside everything lets go of it on purpose.
document.addEventListener("pointerdown", ({ target }) => {
  if (!target.closest(CAN)) last = place = null;
});

new MutationObserver((records) => {
  const next = last && !last.isConnected ? heir(last, records) : null;
  if (place && !place.isConnected) place = place === last ? next : heir(place, records);
  if (!last || last.isConnected || !nowhere()) return;
  put(next?.closest("dialog[open], :popover-open") ? next : place);
}).observe(document.body, { childList: true, subtree: true });

// A dialog gives the focus back to its opener, a menu too; where that is gone or hidden, to where one was before.
const closed = () => setTimeout(() => last && nowhere() && put(place));
document.addEventListener("close", closed, true);
document.addEventListener("toggle", ({ target, newState }) => newState === "closed" && target.matches("[popover]") && closed(), true);
