// The action row of a post: a press shows at once, the server's answer corrects it, a failure takes it back.
import { on, one } from "./lib/dom.js";

function turn(button) {
  const pressed = button.getAttribute("aria-pressed") === "true";
  button.setAttribute("aria-pressed", String(!pressed));
  const number = one("span[aria-hidden]", button);
  if (number) number.textContent = Math.max(0, Number(number.textContent) + (pressed ? -1 : 1)) || "";
}

// On submit and not on click, so that keys, and presses while another is under way, go the same way.
on("submit", ".post-acts, .follow-form", (event, form) => {
  const button = event.submitter;
  if (!button?.hasAttribute("aria-pressed")) return;
  turn(button);
  form.addEventListener(
    "htmx:finally:request",
    ({ detail }) => {
      const status = detail.ctx?.response?.status;
      if (!status || status >= 400) turn(button);
    },
    { once: true },
  );
});
