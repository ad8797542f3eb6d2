// Builds what the browser gets, from assets/ and the npm packages, into officetalk/web/static/:
//   app-HASH.js, app-HASH.css     the entries, bundled and minified
//   emoji-HASH.js                 the emoji and their picker, loaded when they are wanted
//   sw-HASH.js                    the service worker; the server serves it as /sw.js
//   icon-*-HASH.png               the installed app's pictures, drawn from the mark
//   *-HASH.woff2, images          what the style sheet and the pages refer to, named by content
//   icons.json                    icon name -> the inside of its <svg>, for inlining by the templates
//   words.json                    the texts that the script says, for the server to translate
//   licenses.txt                  the licenses of what is shipped
//   manifest.json                 logical name -> file; written last, so it never names a missing file
// Names carry a hash of the content: the server lets browsers keep them for ever.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { icons as appIcons } from "./icons.mjs";

const ASSETS = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(ASSETS);
const OUT = join(ROOT, "officetalk/web/static");
const MODULES = join(ROOT, "node_modules");

const ENTRIES = ["js/app.js", "js/emoji.js", "css/app.css", "sw/sw.js"].map((path) => join(ASSETS, path));
const FONT_FILES = join(MODULES, "@fontsource-variable/hanken-grotesk/files");
const SHIPPED = ["htmx.org", "lucide-static", "@fontsource-variable/hanken-grotesk", "unicode-emoji-json", "emojilib"];
const TARGET = ["chrome123", "edge123", "firefox121", "safari17.5"]; // light-dark(), CSS nesting, popover

/** `url(…/hanken-grotesk-latin-wght-normal.woff2)` means the file in the font's npm package, wherever it points. */
const fonts = {
  name: "fonts",
  setup(build) {
    build.onResolve({ filter: /hanken-grotesk-[\w-]+\.woff2$/ }, ({ path }) => ({
      path: join(FONT_FILES, basename(path)),
    }));
  },
};

/** `emoji:groups`: the emoji of each group of Unicode, "😀 grinning_face smile happy": itself, its name, what else it
 * is found by; a star behind the name of those that have tones of skin. Newer ones are in few fonts yet. */
const NEWEST_EMOJI = 15.1;
const emoji = {
  name: "emoji",
  setup(build) {
    build.onResolve({ filter: /^emoji:groups$/ }, ({ path }) => ({ path, namespace: "emoji" }));
    build.onLoad({ filter: /.*/, namespace: "emoji" }, () => ({ loader: "json", contents: JSON.stringify(emojiGroups()) }));
  },
};

function emojiGroups() {
  const read = (path) => JSON.parse(readFileSync(join(MODULES, path), "utf8"));
  const words = read("emojilib/dist/emoji-en-US.json");
  return read("unicode-emoji-json/data-by-group.json").map(({ emojis }) =>
    emojis
      .filter(({ emoji_version }) => Number(emoji_version) <= NEWEST_EMOJI)
      .map(({ emoji, slug, skin_tone_support }) => {
        const known = (words[emoji] ?? []).filter((word) => /^[\w+-]+$/.test(word) && word !== slug);
        return [emoji, slug + (skin_tone_support ? "*" : ""), ...known].join(" ");
      }),
  );
}

async function bundle() {
  const result = await esbuild.build({
    entryPoints: ENTRIES,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    outdir: OUT,
    write: false,
    metafile: true,
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    format: "esm",
    target: TARGET,
    charset: "utf8",
    legalComments: "none", // they are in licenses.txt
    loader: { ".woff2": "file", ".svg": "file", ".png": "file", ".webp": "file" },
    plugins: [fonts, emoji],
    logLevel: "warning",
  });
  const logicalNames = new Map();
  for (const [path, { entryPoint, inputs }] of Object.entries(result.metafile.outputs)) {
    logicalNames.set(basename(path), basename(entryPoint ?? Object.keys(inputs)[0]));
  }
  return result.outputFiles.map((file) => {
    const name = basename(file.path);
    return { logical: logicalNames.get(name), name, bytes: file.contents };
  });
}

/** assets/images/*: favicon, logo and the like, which templates name through the manifest; and what is drawn. */
function images() {
  const folder = join(ASSETS, "images");
  const found = readdirSync(folder).sort().map((logical) => ({ logical, bytes: readFileSync(join(folder, logical)) }));
  const mark = found.find(({ logical }) => logical === "mark.svg").bytes.toString();
  return [...found, ...appIcons(mark)].map(({ logical, bytes }) => {
    const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();
    const kind = extname(logical);
    return { logical, name: `${basename(logical, kind)}-${hash}${kind}`, bytes };
  });
}

function icons() {
  const known = join(MODULES, "lucide-static/icons");
  const icons = {};
  const unknown = [];
  for (const line of readFileSync(join(ASSETS, "icons.txt"), "utf8").split("\n")) {
    const entry = line.replace(/#.*/, "").trim();
    if (!entry) continue;
    const [ours, theirs = ours] = entry.split("=").map((name) => name.trim());
    const file = join(known, `${theirs}.svg`);
    if (!existsSync(file)) unknown.push(theirs);
    else icons[ours] = insideOfSvg(readFileSync(file, "utf8"));
  }
  if (unknown.length) throw new Error(`assets/icons.txt: Lucide has no ${unknown.join(", ")}`);
  return JSON.stringify(icons);
}

function insideOfSvg(svg) {
  const inside = svg.match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
  return inside.trim().replace(/>\s+</g, "><").replaceAll(" />", "/>");
}

/** The texts that the script says, as say("…") and many("…", "…") name them: the server brings them translated. */
function words() {
  const folder = join(ASSETS, "js");
  const texts = new Set();
  const plurals = new Map();
  const text = String.raw`"((?:[^"\\]|\\.)*)"`;
  for (const file of readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".js")).sort()) {
    const source = readFileSync(join(folder, file), "utf8");
    for (const [, found] of source.matchAll(new RegExp(String.raw`\bsay\(\s*${text}`, "g"))) texts.add(JSON.parse(`"${found}"`));
    for (const [, one, other] of source.matchAll(new RegExp(String.raw`\bmany\(\s*${text},\s*${text}`, "g"))) {
      plurals.set(JSON.parse(`"${other}"`), JSON.parse(`"${one}"`));
    }
  }
  return JSON.stringify({ texts: [...texts].sort(), plurals: [...plurals].map(([other, one]) => [one, other]).sort() });
}

function licenses() {
  const part = (name) => {
    const { version, license } = JSON.parse(readFileSync(join(MODULES, name, "package.json"), "utf8"));
    const text = readFileSync(join(MODULES, name, "LICENSE"), "utf8").trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  };
  return SHIPPED.map(part).join(`\n${"-".repeat(72)}\n\n`);
}

/** Writes beside and renames: a server that is reading never sees half a file. */
function write(name, bytes) {
  const beside = join(OUT, `.${name}.${process.pid}`);
  writeFileSync(beside, bytes);
  renameSync(beside, join(OUT, name));
}

function report(files) {
  const row = (name, raw, gzip) =>
    console.log(`  ${name.padEnd(56)}${String(raw).padStart(9)}${String(gzip).padStart(9)}`);
  row("officetalk/web/static", "raw", "gzip");
  for (const { name, bytes } of files) {
    const compressed = [".woff2", ".png", ".webp"].includes(extname(name));
    row(name, bytes.length, compressed ? "" : gzipSync(bytes).length);
  }
}

const named = [...(await bundle()), ...images()];
const manifest = Object.fromEntries(named.map(({ logical, name }) => [logical, name]).sort());
const files = [
  ...named,
  ...[
    ["icons.json", icons()],
    ["words.json", words()],
    ["licenses.txt", licenses()],
    ["manifest.json", `${JSON.stringify(manifest, null, 2)}\n`],
  ].map(([name, text]) => ({ name, bytes: Buffer.from(text) })),
];

mkdirSync(OUT, { recursive: true });
for (const { name, bytes } of files) write(name, bytes);
const kept = new Set(files.map(({ name }) => name));
for (const old of readdirSync(OUT)) if (!kept.has(old)) rmSync(join(OUT, old), { recursive: true });
report(files);
