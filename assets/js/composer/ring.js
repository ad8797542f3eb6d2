// The ring counts as the server does; what cannot be sent has no button.
import { on, one } from "../lib/dom.js";
import { clean, countCharacters } from "../lib/text.js";
import { many } from "../lib/words.js";
import { textOf } from "./form.js";

const SPOKEN = [20, 10, 5, 0];
const WARN = 20;

export function draw(form) {
  const text = textOf(form);
  const spoiler = one("[name=warn]", form)?.checked ? one("[data-spoiler]", form).value : "";
  const limit = Number(form.dataset.limit);
  const written = clean(text.value);
  const left = limit - countCharacters(written, clean(spoiler));
  const ring = one("[data-ring]", form);
  ring.className = `ring${left < 0 ? " over" : left <= WARN ? " warn" : ""}`;
  one(".fill", ring).setAttribute("stroke-dashoffset", Math.max(0, (left / limit) * 100));
  one(".n", ring).textContent = left;
  if (SPOKEN.includes(left) || left < 0) {
    one("[aria-live]", form).textContent =
      left < 0
        ? many("%(count)s character too many", "%(count)s characters too many", -left)
        : many("%(count)s character left", "%(count)s characters left", left);
  }
  const hangs = one('[name="media[]"]', form) || one("[name=quote]", form);
  one("[type=submit]", form).disabled = left < 0 || !(written || hangs) || Number(form.dataset.uploading) > 0;
  if (!CSS.supports("field-sizing: content")) {
    text.style.height = "auto";
    text.style.height = `${text.scrollHeight}px`;
  }
}

for (const event of ["input", "change"]) on(event, "[data-composer]", (_, form) => draw(form));

