// What stands in a composer, as a plain object that can be kept (localStorage), sent, and put back:
// {place, action, fields: [[name, value], …], files: see uploads.js}.
import { all, one } from "../lib/dom.js";
import { attached, putBack } from "../uploads.js";

const OWN = /^(csrf|key|once|parent|quote|file\[\]|media\[\]|alt-.*|focus-.*)$/; // the form's, or of its files

export const textOf = (form) => one("textarea[name=text]", form);
export const composers = () => all("[data-composer]");
export const isEdit = (form) => form.dataset.place.startsWith("edit-");
export const valueOf = (kept, name) => kept.fields.find(([field]) => field === name)?.[1] ?? "";

/** A key that nobody else makes. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function read(form) {
  const fields = [...new FormData(form)].filter(([name, value]) => name !== "csrf" && typeof value === "string");
  return { place: form.dataset.place, action: form.getAttribute("action"), fields, files: attached(form) };
}

export function fill(form, { fields, files }) {
  const given = new Map();
  for (const [name, value] of fields) given.set(name, [...(given.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || OWN.test(field.name)) continue;
    const values = given.get(field.name) ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (values.length) field.value = values.shift();
  }
  one("[data-ups]", form).replaceChildren();
  putBack(form, files);
  changed(form);
}

/** Nothing stands in it any longer, and what comes next is another post. */
export function clear(form) {
  const wrong = one("[aria-invalid]", form);
  form.reset();
  if (wrong) textOf(form).value = "";
  takeBackError(form);
  one("[data-ups]", form).replaceChildren();
  form.elements.once.value = newKey();
  delete form.dataset.slot;
  form.dispatchEvent(new Event("change", { bubbles: true })); // no "input": nobody has written anything
}

/** Whether nothing was written in it: a comment to a direct post begins with names. */
export function isEmpty(form) {
  const text = textOf(form);
  const written = text.value.trim();
  return !one(".up", form) && (!written || (written === text.defaultValue.trim() && !text.matches("[aria-invalid]")));
}

export const changed = (form) => textOf(form).dispatchEvent(new Event("input", { bubbles: true }));

/** A sentence at the text that says what is wrong with it, as the server writes it. */
export function showError(form, sentence) {
  takeBackError(form);
  const text = textOf(form);
  const error = document.createElement("p");
  error.className = "err";
  error.id = `${text.id}-error`;
  error.innerHTML = '<svg class="i" aria-hidden="true"><use href="#i-circle-alert"/></svg><span></span>';
  one("span", error).textContent = sentence;
  text.after(error);
  text.setAttribute("aria-invalid", "true");
  text.setAttribute("aria-describedby", `${text.id}-left ${error.id}`);
}

export function takeBackError(form) {
  const text = textOf(form);
  one(`#${text.id}-error`, form)?.remove();
  text.removeAttribute("aria-invalid");
  text.setAttribute("aria-describedby", `${text.id}-left`);
}
