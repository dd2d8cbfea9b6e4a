/**
 * Takes README's lines for other people's players from web/examples/, so that what is shown is what the tests
 * run: `node build/readme.ts` writes them between the markers.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const readmeFile = join(root, "README.md");
const examplesFolder = join(root, "web/examples");
const BETWEEN_MARKERS = /(<!-- examples -->\n)[\s\S]*(<!-- \/examples -->)/;

/** Shown whole, in this order; the other examples get a link. */
const SHOWN = [
  ["module", "Shoal's player in your page"],
  ["iframe", "In a frame"],
  ["hls", "hls.js"],
  ["videojs", "Video.js 8"],
  ["shaka-hls", "Shaka Player"],
] as const;

/** The README as it should be, from how it is and from the examples as they are. Throws without the markers. */
export async function currentReadme(): Promise<{ is: string; should: string }> {
  const is = await readFile(readmeFile, "utf8");
  if (!BETWEEN_MARKERS.test(is)) throw new Error("README.md has no <!-- examples --> markers.");
  const parts = [
    "Every deployment serves modules for other players, with their types. Replace `live.example.com` with your own:",
  ];
  for (const [name, title] of SHOWN) {
    const html = await readFile(join(examplesFolder, `${name}.html`), "utf8");
    parts.push(`<details>\n<summary>${title}</summary>`, `\`\`\`html\n${bodyOf(html)}\n\`\`\``, "</details>");
  }
  const others = (await readdir(examplesFolder))
    .map((file) => file.replace(/\.html$/, ""))
    .filter((name) => !SHOWN.some(([known]) => known === name));
  parts.push(
    `More examples: ${others.map((name) => `[${name}](web/examples/${name}.html)`).join(", ")}. ` +
      "[docs/players.md](docs/players.md) describes the modules, and [docs/embed.md](docs/embed.md) the " +
      "frame's parameters and messages.",
  );
  const should = is.replace(
    BETWEEN_MARKERS,
    (_, begin: string, end: string) => `${begin}${parts.join("\n\n")}\n${end}`,
  );
  return { is, should };
}

/** What a page's body holds. */
function bodyOf(html: string): string {
  const body = /<body>\n([\s\S]*)<\/body>/.exec(html)?.[1] ?? "";
  return body
    .split("\n")
    .map((line) => line.replace(/^ {2}/, ""))
    .join("\n")
    .trimEnd();
}

if (import.meta.main) await writeFile(readmeFile, (await currentReadme()).should);
