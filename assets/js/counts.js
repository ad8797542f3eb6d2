// How posts stand with people: the numbers below a card change in place as colleagues answer, repost and like.
import { all } from "./lib/dom.js";
import { many, say } from "./lib/words.js";
import { mergeThread, refresh } from "./timeline.js";

const JITTER_MS = 1500; // so that a thousand pages do not ask for the same card at once

// What each number is read out as, in the order in which the numbers come.
const PLACES = [
  ["[data-act=reply]", (n) => many("Comment, %(count)s comment", "Comment, %(count)s comments", n), () => say("Comment")],
  [".boost", (n) => many("Repost, %(count)s repost", "Repost, %(count)s reposts", n), () => say("Repost")],
  [".like", (n) => many("Like, %(count)s like", "Like, %(count)s likes", n), () => say("Like")],
];

/** Put the numbers on a card; whether the number of comments was another one. */
function recount(card, counts) {
  let answered = false;
  PLACES.forEach(([place, some, none], i) => {
    const button = card.querySelector(`.post-acts > ${place}`);
    const shown = button?.querySelector("span");
    const written = counts[i] ? String(counts[i]) : "";
    if (!shown || shown.textContent === written) return;
    shown.textContent = written;
    button.setAttribute("aria-label", counts[i] ? some(counts[i]) : none());
    answered ||= i === 0;
  });
  return answered;
}

document.addEventListener("live:counted", ({ detail: { id, counts, look, missed } }) => {
  const answered = all(`[data-shown="${id}"]`).map((card) => recount(card, counts));
  if (look) setTimeout(refresh, Math.random() * JITTER_MS, id);
  if (missed && answered.includes(true) && document.getElementById("thread")) mergeThread();
});
