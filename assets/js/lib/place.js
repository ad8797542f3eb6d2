// Puts what floats beside its button, where the browser cannot do it in CSS (anchor positioning).
const anchors = CSS.supports("position-area: block-end");

/** Below `button` and within the window; above it when there is no room below. */
export function place(floating, button, { always = false } = {}) {
  if (anchors && !always) return;
  const at = button.getBoundingClientRect();
  const below = at.bottom + 6 + floating.offsetHeight < innerHeight;
  const start = document.dir === "rtl" ? at.right - floating.offsetWidth : at.left;
  floating.style.left = `${Math.max(8, Math.min(start, innerWidth - floating.offsetWidth - 8))}px`;
  floating.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - floating.offsetHeight - 6)}px`;
}
