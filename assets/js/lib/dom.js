// Short names for what every module does.
export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Calls `act(event, element)` for events on elements that match, also on those that come later. */
export function on(event, selector, act, options) {
  document.addEventListener(
    event,
    (e) => {
      const element = e.target.closest?.(selector);
      if (element) act(e, element);
    },
    options,
  );
}

/** A fragment of one of our pages as elements; throws when the answer is an error. */
export async function fetchFragment(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true", "HX-Current-URL": location.href } });
  const redirect = answer.headers.get("HX-Redirect");
  if (redirect) location.href = redirect;
  if (!answer.ok || redirect) throw new Error(`${address}: ${answer.status}`);
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  return { content: template.content, headers: answer.headers };
}
