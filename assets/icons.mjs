// The pictures of the installed app, drawn from assets/images/mark.svg: PNG in the sizes that platforms ask for.
// The mark is a ground with round corners and two bars; nothing else is understood here.
import { crc32, deflateSync } from "node:zlib";

const SAMPLES = 4; // for each pixel and direction

/** {corners: of the ground, clockwise from the upper right, bars: …}, in the units of the view box. */
function shapes(svg) {
  const size = Number(svg.match(/viewBox="0 0 (\d+) /)[1]);
  const [, fill, path] = svg.match(/<path fill="(#\w{6})" d="([^"]+)"/);
  const radii = [...path.matchAll(/a([\d.]+) \1 /gi)].map(([, radius]) => Number(radius));
  const margin = Number(path.match(/^M[\d.]+ ([\d.]+)h/)[1]);
  if (radii.length !== 4) throw new Error("mark.svg: the ground is not a box with four round corners");
  const [upperRight, lowerRight, lowerLeft, upperLeft] = radii;
  const bars = [...svg.matchAll(/<rect ([^>]+)\/>/g)].map(([, attributes]) => {
    const value = (name) => attributes.match(new RegExp(`\\b${name}="([^"]+)"`))[1];
    const [x, y, width, height, rx] = ["x", "y", "width", "height", "rx"].map((name) => Number(value(name)));
    return { x, y, width, height, radii: [rx, rx, rx, rx], fill: value("fill") };
  });
  const edge = size - 2 * margin;
  const ground = { x: margin, y: margin, width: edge, height: edge, radii: [upperRight, lowerRight, lowerLeft, upperLeft], fill };
  return { size, ground, bars };
}

/** Whether a point lies in a box with round corners. */
function holds({ x, y, width, height, radii }, px, py) {
  const dx = px - x;
  const dy = py - y;
  if (dx < 0 || dy < 0 || dx > width || dy > height) return false;
  const right = dx > width / 2;
  const low = dy > height / 2;
  const radius = radii[right ? (low ? 1 : 0) : low ? 2 : 3];
  const cx = (right ? width - dx : dx) - radius;
  const cy = (low ? height - dy : dy) - radius;
  return cx >= 0 || cy >= 0 || cx * cx + cy * cy <= radius * radius;
}

const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

/** RGBA of `pixels` × `pixels`; `boxes` lie one on the other, in a square of `units`. */
function drawn(boxes, units, pixels) {
  const image = Buffer.alloc(pixels * pixels * 4);
  const scale = pixels / units;
  for (const box of boxes) {
    const colour = channels(box.fill);
    const [left, top] = [box.x, box.y].map((at) => Math.max(0, Math.floor(at * scale)));
    const right = Math.min(pixels, Math.ceil((box.x + box.width) * scale));
    const bottom = Math.min(pixels, Math.ceil((box.y + box.height) * scale));
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        let hits = 0;
        for (let i = 0; i < SAMPLES * SAMPLES; i++) {
          const sx = column + ((i % SAMPLES) + 0.5) / SAMPLES;
          const sy = row + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES;
          if (holds(box, sx / scale, sy / scale)) hits++;
        }
        if (!hits) continue;
        const at = (row * pixels + column) * 4;
        const over = hits / (SAMPLES * SAMPLES);
        const under = (image[at + 3] / 255) * (1 - over);
        const alpha = over + under;
        for (let c = 0; c < 3; c++) image[at + c] = Math.round((colour[c] * over + image[at + c] * under) / alpha);
        image[at + 3] = Math.round(alpha * 255);
      }
    }
  }
  return image;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** PNG (W3C, third edition) of 8 bit RGBA; each row is filtered by the one above it, which flat pictures like. */
function png(image, pixels) {
  const row = pixels * 4;
  const filtered = Buffer.alloc((row + 1) * pixels);
  for (let y = 0; y < pixels; y++) {
    filtered[y * (row + 1)] = 2;
    for (let i = 0; i < row; i++) {
      filtered[y * (row + 1) + 1 + i] = image[y * row + i] - (y ? image[(y - 1) * row + i] : 0);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(pixels, 0);
  head.writeUInt32BE(pixels, 4);
  head.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(filtered, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** [{logical, bytes}]: as it is; filling the square, for platforms that cut it themselves (all that matters lies
 *  in the inner 80 %, W3C App Manifest, section "maskable"); and the bars alone, for the status bar of phones. */
export function icons(svg) {
  const { size, ground, bars } = shapes(svg);
  const square = { ...ground, x: 0, y: 0, width: size, height: size, radii: [0, 0, 0, 0] };
  const white = bars.map((bar) => ({ ...bar, fill: "#ffffff" }));
  const made = [
    ["icon-192.png", [ground, ...bars], 192],
    ["icon-512.png", [ground, ...bars], 512],
    ["icon-maskable-512.png", [square, ...bars], 512],
    ["icon-apple-180.png", [square, ...bars], 180],
    ["icon-badge-96.png", white, 96],
  ];
  return made.map(([logical, boxes, pixels]) => ({ logical, bytes: png(drawn(boxes, size, pixels), pixels) }));
}
