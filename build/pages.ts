/**
 * Builds the web pages. An HTML file's own `<script>` and `<link>` elements are the entry points, and what
 * they name goes out under a name that carries a hash of its content: `assets/` may be cached for ever, and
 * only the HTML goes stale.
 */
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { hlsFromSource } from "./hls-from-source.ts";
import { buildClassicScript, modules, writeModules } from "./modules.ts";
import { patchedCore } from "./patched-core.ts";
import { bytesOf, scriptsLoadedBy } from "./sizes.ts";

const root = resolve(import.meta.dirname, "..");
const sources = join(root, "web");
export const servedFolder = join(root, "functions/site/pages");

/** What a first frame needs, by page: its script, and what that loads as soon as it runs. */
export const SCRIPTS_BEFORE_FIRST_FRAME = {
  "index.html": ["web/page.ts", "web/ui/player.ts"],
  "embed.html": ["web/embed/embed.ts", "web/ui/player.ts"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** What esbuild needs to bundle anything that lives in `web/`; the browser tests bundle with it too. */
export const webBundle = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  target: ["chrome109", "firefox115", "safari16.4"],
  // Without this condition p2p-media-loader-core resolves to files that import Node built-ins.
  conditions: ["p2pml:core-as-bundle"],
  plugins: [hlsFromSource, patchedCore],
  minify: true,
  legalComments: "linked",
  logLevel: "warning",
} satisfies BuildOptions;

/** Builds every `web/*.html` into `folder`, which is emptied first: by default the one that the site function serves. */
export async function buildPages(folder = servedFolder): Promise<Metafile> {
  const names = (await readdir(sources)).filter((name) => name.endsWith(".html"));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const built = await Promise.all([...names.map((name) => buildPage(folder, name)), buildModules(folder)]);
  await buildClassicScript(folder, webBundle);
  return {
    inputs: Object.assign({}, ...built.map(({ inputs }) => inputs)),
    outputs: Object.assign({}, ...built.map(({ outputs }) => outputs)),
  };
}

/**
 * A page has a build of its own: one for all would cut the scripts into as many pieces as there are pages and modules
 * that share some of them, and a viewer would ask for a dozen small files.
 */
async function buildPage(folder: string, name: string): Promise<Metafile> {
  const html = await readFile(join(sources, name), "utf8");
  const metafile = await buildAssets(folder, filesNamedIn(html));
  const addresses = addressesIn(folder, metafile);
  const needed: Readonly<Record<string, readonly string[]>> = SCRIPTS_BEFORE_FIRST_FRAME;
  // The largest first: browsers ask for few at a time, in this order.
  const preloads = scriptsLoadedBy(metafile, needed[name] ?? []).toSorted(
    (one, other) => bytesOf(metafile, other) - bytesOf(metafile, one),
  );
  const linked = preloads.map((output) => addressOf(folder, output));
  await writeFile(join(folder, name), withBuiltAddresses(html, addresses, linked));
  return metafile;
}

async function buildModules(folder: string): Promise<Metafile> {
  const metafile = await buildAssets(folder, Object.values(modules));
  await writeModules(folder, addressesIn(folder, metafile));
  return metafile;
}

async function buildAssets(folder: string, entryPoints: readonly string[]): Promise<Metafile> {
  const { metafile } = await build({
    ...webBundle,
    entryPoints: [...entryPoints],
    outdir: join(folder, "assets"),
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".svg": "copy" },
    splitting: true,
    metafile: true,
  });
  return metafile;
}

/** What each source has become, seen from the folder. */
function addressesIn(folder: string, { outputs }: Metafile): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(outputs).flatMap(([output, { entryPoint }]) =>
      entryPoint ? [[entryPoint, addressOf(folder, output)] as const] : [],
    ),
  );
}

function addressOf(folder: string, output: string): string {
  return `./${relative(folder, join(root, output)).replaceAll("\\", "/")}`;
}

/** Whether a source of the pages is newer than the pages, or there are no pages yet. */
export async function pagesAreStale(): Promise<boolean> {
  const built = await stat(join(servedFolder, "index.html")).catch(() => undefined);
  if (!built) return true;
  const made = await Promise.all(
    ["web", "build", "functions/site"].map((folder) =>
      readdir(join(root, folder), { recursive: true, withFileTypes: true }),
    ),
  );
  const files = made.flat().filter((entry) => entry.isFile() && !entry.parentPath.startsWith(servedFolder));
  const times = await Promise.all(
    [join(root, "package-lock.json"), ...files.map((entry) => join(entry.parentPath, entry.name))].map(
      async (path) => (await stat(path)).mtimeMs,
    ),
  );
  return Math.max(...times) > built.mtimeMs;
}

const reference = /(?<=\s(?:src|href)=")\.\/([^"]+)(?=")/g;

function filesNamedIn(html: string): string[] {
  return [...html.matchAll(reference)].map(([, path]) => `web/${path}`);
}

function withBuiltAddresses(
  html: string,
  built: ReadonlyMap<string, string>,
  preloads: readonly string[],
): string {
  const linked = html.replace(reference, (_, path: string) => {
    const output = built.get(`web/${path}`);
    if (!output) throw new Error(`web/${path}, which a page names, was not built.`);
    return output;
  });
  const links = preloads
    .filter((path) => !linked.includes(path))
    .map((path) => `  <link rel="modulepreload" href="${path}">\n`)
    .join("");
  return linked.replace("</head>", `${links}</head>`);
}
