// What the script says, in the language of the page. English is the key; every page in another language
// brings the translations of all texts that stand in say() and many() (collected by the build, so the texts
// must be written out there).
const sheet = document.getElementById("words");
const known = sheet ? JSON.parse(sheet.textContent) : {};
const language = document.documentElement.lang || "en";
const rules = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(language);

const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (all, name) => values[name] ?? all);

/** A text; `values` for its %(name)s. */
export const say = (text, values = {}) => fill(known[text] ?? text, values);

/** The text for that many, with %(count)s. */
export function many(one, other, count, values = {}) {
  const forms = known[other] ?? { one, other };
  return fill(forms[rules.select(count)] ?? forms.other, { count: numbers.format(count), ...values });
}
