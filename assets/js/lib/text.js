// Finds and counts what a post is made of while it is typed. The same patterns, in the same
// order, as officetalk/posts/text.py, where they are explained; tests/vectors/text.json keeps
// the two alike.

const raw = String.raw;
const word = raw`\p{L}\p{M}\p{Nd}_`;
const separators = raw`\u00b7\u30fb\u200c\u200d\u05be\u05f3\u05f4\u0f0b`;
const scheme = raw`[Hh][Tt][Tt][Pp][Ss]?:\/\/`;

const label = raw`[${word}]+(?:-+[${word}]+)*`;
const latin = raw`[\p{Script=Latin}\p{M}\p{Nd}_]+`;
const other = raw`(?:(?!\p{Script=Latin})[${word}])+`;
const host = raw`(?:\[[0-9A-Fa-f:.]+\]|(?:${label}\.)*(?:${latin}(?:-+${latin})*|${other}(?:-+${other})*))`;
const userinfo = raw`[${word}.~%:+\-]*@`;

const stop =
  raw`\p{Z}\p{Cc}\p{Cs}<>"${'`'}\\\u00ab\u00bb\u2039\u203a\u201c-\u201f\u200b\u200e\u200f` +
  raw`\u202a-\u202e\u2060-\u206f\ufeff\u3001-\u3003\u3008-\u3011\u3014-\u301f` +
  raw`\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65`;
const trailing = raw`.,:;!?'*~|\u2013\u2014\u2018\u2019\u2026\u060c\u061b\u061f\u06d4\u0964\u0965`;
const bracketed = raw`\((?:[^${stop}()]|\([^${stop}()]*\))*\)|\[[^${stop}\[\]]*\]|\{[^${stop}\{\}]*\}`;
const path = raw`(?:(?=[\/?#])(?:[${trailing}]*(?:[^${stop}${trailing}()\[\]\{\}]+|${bracketed}))*)?`;

const link = raw`(?<![A-Za-z0-9@＠$#＃])${scheme}(?!${userinfo})${host}(?::[0-9]+)?${path}`;
const mention = raw`(?<![=\/${word}])@([A-Za-z0-9_]+(?:[.\-]+[A-Za-z0-9_]+)*(?:@[${word}]+(?:[.\-]+[${word}]+)*)?)`;
const hashtag =
  raw`(?<![=\/&)${word}])[#＃](?=[\p{M}\p{Nd}_${separators}]*\p{L}|\p{Nd}+[_${separators}]+\p{Nd})` +
  raw`(?!\p{Nd}*${scheme})([\p{L}\p{Nd}_](?:(?!${scheme})[${word}${separators}])*(?<![${separators}]))`;

const anything = new RegExp(`${link}|${mention}|${hashtag}`, 'gu');
const noMentionBefore = /[@＠\p{Script=Latin}\u0300-\u036f]|:\/\//uy;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
// Where a text may be cut without cutting a grapheme: after ASCII, kana or Han, before a letter or
// digit that is no vowel or voicing sign. V8 copies its whole input for each segment, so 100 kB
// pasted in one piece would take seconds and gigabytes.
const seams = /(?<=[\n-~\u3001-\u9fff])(?=[\p{L}\p{N}])(?![\u0e33\u0eb3\uff9e\uff9f])/u;

const newLine = /\r\n?|[\x85\u2028\u2029]/g;
const unwanted = /[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\u202a-\u202e\u2066-\u2069]/gu;
const blankLines = /\n(?:[ \t]*\n){2,}/g;

/** A text as the server stores it: this is what counts. */
export const clean = (text) =>
  text.replace(newLine, '\n').replace(unwanted, '').normalize('NFC').trim().replace(blankLines, '\n\n');

/** Mentions, hashtags and links: [{kind, start, end, value}], offsets as `text.slice` takes them. */
export function scan(text) {
  const spans = [];
  let match;
  anything.lastIndex = 0;
  while ((match = anything.exec(text))) {
    const [whole, name, tag] = match;
    const start = match.index;
    const end = (noMentionBefore.lastIndex = anything.lastIndex);
    if (name && noMentionBefore.test(text)) {
      anything.lastIndex = start + 1;
      continue;
    }
    const kind = name ? 'mention' : tag ? 'hashtag' : 'link';
    spans.push({ kind, start, end, value: name ?? tag ?? whole });
  }
  return spans;
}

/** The length that limits apply to: graphemes, a link as 23, `@user@domain` as `@user`. */
export function countCharacters(text, spoiler = '') {
  let whole = spoiler;
  let at = 0;
  for (const { kind, start, end, value } of scan(text)) {
    if (kind === 'hashtag') continue;
    whole += text.slice(at, start) + (kind === 'link' ? 'x'.repeat(23) : '@' + value.split('@')[0]);
    at = end;
  }
  let count = 0;
  for (const part of (whole + text.slice(at)).split(seams)) {
    for (const _ of graphemes.segment(part)) count++;
  }
  return count;
}
