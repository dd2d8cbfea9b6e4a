/** `npm run build`: builds the web pages and says what a viewer downloads before the first frame. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildPages, pagesAreStale, scriptsBeforeFirstFrame } from "./pages.ts";
import { gzippedBytes, scriptsLoadedBy } from "./sizes.ts";

const budgetKilobytes = 240;

const { values } = parseArgs({ options: { "if-stale": { type: "boolean", default: false } } });
if (!values["if-stale"] || (await pagesAreStale())) await buildAndWeigh();

async function buildAndWeigh(): Promise<void> {
  const started = performance.now();
  const metafile = await buildPages();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const root = resolve(import.meta.dirname, "..");
  const scripts = scriptsLoadedBy(metafile, scriptsBeforeFirstFrame);
  const kilobytes = (await gzippedBytes(root, scripts)) / 1000;
  console.log(`Built the pages in ${seconds} s, into functions/site/pages.`);
  console.log(
    `JavaScript before the first frame: ${kilobytes.toFixed(1)} KB gzipped, at most ${budgetKilobytes} KB.`,
  );
  if (kilobytes > budgetKilobytes) {
    console.error(
      "That is over the budget: load what the first frame doesn't need with import(), or leave it out.",
    );
    process.exitCode = 1;
  }
}
