/**
 * Builds the web pages. An HTML file's own `<script>` and `<link>` elements are the entry points, and what
 * they name goes out under a name that carries a hash of its content: `assets/` may be cached for ever, and
 * only the HTML goes stale.
 */
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { buildClassicScript, modules, writeModules } from "./modules.ts";
import { scriptsLoadedBy } from "./sizes.ts";

const root = resolve(import.meta.dirname, "..");
const sources = join(root, "web");
export const servedFolder = join(root, "functions/site/pages");

/** What a first frame needs. The page loads the second as soon as it has painted, so browsers hear of it in the HTML. */
export const scriptsBeforeFirstFrame = ["web/page.ts", "web/player/player.ts"];

/** What esbuild needs to bundle anything that lives in `web/`; the browser tests bundle with it too. */
export const webBundle = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  target: ["chrome109", "firefox115", "safari16.4"],
  // Without this condition p2p-media-loader-core resolves to files that import Node built-ins.
  conditions: ["p2pml:core-as-bundle"],
  minify: true,
  legalComments: "linked",
  logLevel: "warning",
} satisfies BuildOptions;

/** Builds every `web/*.html` into `folder`, which is emptied first: by default the one that the site function serves. */
export async function buildPages(folder = servedFolder): Promise<Metafile> {
  const names = (await readdir(sources)).filter((name) => name.endsWith(".html"));
  const pages = await Promise.all(
    names.map(async (name) => ({ name, html: await readFile(join(sources, name), "utf8") })),
  );
  await rm(folder, { recursive: true, force: true });
  const { metafile } = await build({
    ...webBundle,
    entryPoints: [
      ...new Set([...pages.flatMap(({ html }) => filesNamedIn(html)), ...Object.values(modules)]),
    ],
    outdir: join(folder, "assets"),
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".svg": "copy" },
    splitting: true,
    metafile: true,
  });
  const address = (output: string) => `./${relative(folder, join(root, output)).replaceAll("\\", "/")}`;
  const built = new Map<string, string>();
  for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint) built.set(entryPoint, address(output));
  }
  const preloads = scriptsLoadedBy(metafile, scriptsBeforeFirstFrame).map(address);
  await mkdir(folder, { recursive: true });
  await Promise.all(
    pages.map(({ name, html }) => writeFile(join(folder, name), withBuiltAddresses(html, built, preloads))),
  );
  await writeModules(folder, built);
  await buildClassicScript(folder, webBundle);
  return metafile;
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
