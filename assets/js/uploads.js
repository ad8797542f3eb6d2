// Files in the composer: chosen, dropped or pasted, they go up at once, one row each with a picture, how far it
// is, a place for its description, and a button that takes it back.
import { all, on, one } from "./lib/dom.js";
import { say } from "./lib/words.js";

const MOST = 4;
const ASK_MS = 1500;
const token = () => one("meta[name=csrf]").content;
const make = (tag, values) => Object.assign(document.createElement(tag), values);
const drawn = (form) => form.dispatchEvent(new Event("input", { bubbles: true }));

function row(form, name) {
  const item = make("li", { className: "up" });
  const picture = make("span", { className: "up-kind", textContent: "…" });
  const middle = make("div");
  const remove = make("button", { type: "button", className: "iconbtn sm" });
  remove.setAttribute("aria-label", say("Remove %(name)s", { name }));
  remove.innerHTML = '<svg class="i" aria-hidden="true"><use href="#i-x"/></svg>';
  item.append(picture, middle, remove);
  one("[data-ups]", form).append(item);
  return { item, picture, middle, remove };
}

function send(form, file) {
  const { item, picture, middle, remove } = row(form, file.name);
  const bar = make("progress", { max: 100, value: 0 });
  bar.setAttribute("aria-label", say("%(name)s goes up", { name: file.name }));
  middle.append(bar);
  const request = new XMLHttpRequest();
  const busy = (by) => {
    form.dataset.uploading = Number(form.dataset.uploading ?? 0) + by;
    drawn(form);
  };
  const fail = (text) => {
    bar.remove();
    middle.append(make("p", { className: "err", textContent: `${file.name}: ${text}` }));
  };
  remove.addEventListener("click", () => {
    request.abort();
    takeBack(form, item);
  });
  request.upload.addEventListener("progress", ({ loaded, total }) => (bar.value = (95 * loaded) / total));
  request.addEventListener("error", () => fail(say("The server cannot be reached. Remove it and try again.")));
  request.addEventListener("load", async () => {
    const told = await processed(request.status < 400 && request.response ? request.response : { state: "failed" });
    if (!item.isConnected) return;
    if (told.state === "failed") fail(request.response?.error ?? say("That did not work. Remove it and try again."));
    else show(item, picture, middle, told);
    drawn(form);
  });
  busy(1);
  request.addEventListener("loadend", () => busy(-1));
  request.responseType = "json";
  request.open("POST", "/media/uploads");
  request.setRequestHeader("X-CSRF-Token", token());
  const body = new FormData();
  body.append("file", file);
  request.send(body);
}

function takeBack(form, item) {
  const { up } = item.dataset;
  if (up) fetch(`/media/uploads/${up}/remove`, { method: "POST", headers: { "X-CSRF-Token": token() } });
  item.remove();
  drawn(form);
  one("textarea[name=text]", form).focus();
}

/** What hangs on a composer: [{id, kind, preview, alt, focus}]. */
export const attached = (form) =>
  all(".up[data-up]", form).map((item) => ({
    id: item.dataset.up,
    kind: item.dataset.kind ?? "",
    preview: one("img", item)?.getAttribute("src") ?? "",
    alt: one("textarea", item)?.value ?? "",
    focus: one('[name^="focus-"]', item)?.value ?? "",
  }));

/** Hang these on a composer again, but those that are no longer there. */
export function putBack(form, files) {
  for (const file of files) {
    const { item, picture, middle, remove } = row(form, file.alt || say("the file"));
    remove.addEventListener("click", () => takeBack(form, item));
    show(item, picture, middle, file);
    fetch(`/media/uploads/${file.id}`).then((answer) => {
      if (answer.status !== 404) return;
      item.remove();
      drawn(form);
    }, () => {});
  }
}

/** Waits until a film is processed. */
async function processed(told) {
  while (told.state === "processing") {
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    const answer = await fetch(`/media/uploads/${told.id}`);
    told = answer.ok ? await answer.json() : { state: "failed" };
  }
  return told;
}

function show(item, picture, middle, told) {
  item.dataset.up = told.id;
  item.dataset.kind = told.kind;
  if (told.preview) {
    const shown = make("img", { src: told.preview, alt: "", width: 96, height: 96 });
    shown.title = say("Click what must stay visible when it is cropped");
    shown.addEventListener("click", (event) => focus(event, item, shown));
    picture.replaceWith(shown);
  } else picture.textContent = told.kind === "audio" ? "♪" : "▶";
  const words = make("textarea", { name: `alt-${told.id}`, rows: 2, maxLength: 1500, dir: "auto", value: told.alt ?? "" });
  words.placeholder = say("Describe it for people who do not see it");
  words.setAttribute("aria-label", words.placeholder);
  const hidden = (name, value) => make("input", { type: "hidden", name, value });
  middle.replaceChildren(words, hidden("media[]", told.id), hidden(`focus-${told.id}`, told.focus ?? ""));
}

/** What must stay visible, from -1 to 1 in both directions, up being positive. */
function focus(event, item, picture) {
  const { left, top, width, height } = picture.getBoundingClientRect();
  const x = ((event.clientX - left) / width) * 2 - 1;
  const y = 1 - ((event.clientY - top) / height) * 2;
  one(`[name="focus-${item.dataset.up}"]`, item).value = `${x.toFixed(2)},${y.toFixed(2)}`;
}

function take(form, files) {
  if (!one("[data-files]", form)) return;
  const room = Math.max(0, MOST - all(".up", form).length);
  for (const file of [...files].slice(0, room)) send(form, file);
}

on("change", "[data-files]", (event, field) => {
  take(field.closest("form"), field.files);
  field.value = "";
});

on("paste", "[data-composer] textarea[name=text]", (event, text) => {
  if (!event.clipboardData?.files.length) return;
  event.preventDefault();
  take(text.closest("form"), event.clipboardData.files);
});

for (const name of ["dragover", "dragleave", "drop"]) {
  on(name, "[data-composer]", (event, form) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("dropping", name === "dragover");
    if (name === "drop") take(form, event.dataTransfer.files);
  });
}
