/** `npm run build`: builds the web pages and says what a viewer downloads before the first frame. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { modules } from "./modules.ts";
import { buildPages, pagesAreStale, SCRIPTS_BEFORE_FIRST_FRAME, servedFolder } from "./pages.ts";
import { budgets, gzippedBytes, PAGE_BUDGET, scriptsLoadedBy } from "./sizes.ts";
import { writeTypes } from "./types.ts";

const { values } = parseArgs({ options: { "if-stale": { type: "boolean", default: false } } });
if (!values["if-stale"] || (await pagesAreStale())) await buildAndWeigh();

async function buildAndWeigh(): Promise<void> {
  const started = performance.now();
  const metafile = await buildPages();
  await writeTypes(servedFolder);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const root = resolve(import.meta.dirname, "..");
  const scripts = scriptsLoadedBy(metafile, SCRIPTS_BEFORE_FIRST_FRAME["index.html"]);
  const kilobytes = (await gzippedBytes(root, scripts)) / 1000;
  console.log(`Built the pages in ${seconds} s, into functions/site/pages.`);
  console.log(
    `JavaScript before the first frame: ${kilobytes.toFixed(1)} KB gzipped, at most ${PAGE_BUDGET} KB.`,
  );
  let isOver = kilobytes > PAGE_BUDGET;
  for (const [module, budget] of Object.entries(budgets)) {
    const weight = (await gzippedBytes(root, scriptsLoadedBy(metafile, [modules[module] ?? ""]))) / 1000;
    console.log(`module/${module}.js: ${weight.toFixed(1)} KB gzipped, at most ${budget} KB.`);
    isOver ||= weight > budget;
  }
  const engine = (await gzippedBytes(root, scriptsLoadedBy(metafile, ["web/engine/engine.ts"]))) / 1000;
  console.log(`The engine, which each of them loads after the first frame: ${engine.toFixed(1)} KB gzipped.`);
  if (isOver) {
    console.error(
      "That is over the budget: load what the first frame doesn't need with import(), or leave it out.",
    );
    process.exitCode = 1;
  }
}
