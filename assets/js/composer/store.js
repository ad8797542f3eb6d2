// What the composer keeps on this device, for each account. Where nothing can be kept (private windows of some
// browsers, a full disk) it lasts as long as the page.
const me = document.documentElement.dataset.me;
const memory = {};

export const keyOf = (name) => `${name}:${me}`;

export function get(name, otherwise) {
  try {
    const text = localStorage.getItem(keyOf(name)) ?? memory[name];
    return text ? JSON.parse(text) : otherwise;
  } catch {
    return memory[name] ? JSON.parse(memory[name]) : otherwise;
  }
}

export function put(name, value) {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(keyOf(name), text);
    delete memory[name];
  } catch {
    memory[name] = text;
  }
}
