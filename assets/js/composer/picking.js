// The emoji are a file of their own (emoji.js), which comes when they are wanted.
import { on, one } from "../lib/dom.js";
import { say } from "../lib/words.js";
import { toast } from "../toasts.js";
import { textOf } from "./form.js";

let loaded;

/** The module with the emoji; a composer's button knows where it is. */
export function emoji(form) {
  loaded ??= import(one("[data-emoji]", form).dataset.emoji).catch((problem) => {
    loaded = undefined;
    throw problem;
  });
  return loaded;
}

on("click", "[data-emoji]", async (event, button) => {
  const form = button.closest("form");
  const text = textOf(form);
  try {
    (await emoji(form)).openPicker(form, button, (chosen) => {
      text.focus();
      text.setRangeText(chosen, text.selectionStart, text.selectionEnd, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    });
  } catch {
    toast(say("The emoji could not be loaded. Try again."), { tone: "problem" });
  }
});
