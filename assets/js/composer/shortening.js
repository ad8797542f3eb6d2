// A long address that is pasted becomes a short one of ours. It counts the same; it is better to write around.
import { on, one } from "../lib/dom.js";

const LONG = 40;
const ADDRESS = /^https?:\/\/[^\s<>"]+$/i;

on("paste", "[data-composer] textarea[name=text]", (event, text) => {
  const pasted = event.clipboardData?.getData("text/plain").trim() ?? "";
  if (pasted.length <= LONG || !ADDRESS.test(pasted) || pasted.startsWith(`${location.origin}/`)) return;
  shorten(pasted, text);
});

async function shorten(url, text) {
  try {
    const headers = { "X-CSRF-Token": one("meta[name=csrf]").content, "HX-Request": "true" };
    const answer = await fetch("/compose/link", { method: "POST", headers, body: new URLSearchParams({ url }) });
    if (!answer.ok) return;
    const { short } = await answer.json();
    const at = text.value.indexOf(url);
    if (at < 0 || !text.isConnected || /\S/.test(text.value[at + url.length] ?? "")) return; // edited meanwhile
    text.setRangeText(short, at, at + url.length, "preserve");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  } catch {
    // Without the network it stays as it is, which counts the same.
  }
}
