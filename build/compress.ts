/**
 * `node build/compress.ts FOLDER`: puts a `.br` beside each text of the pages, compressed as far as Brotli goes. That
 * takes seconds, so only a deploy does it. CloudFront compresses in haste: 263 KB of scripts for 235 KB.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

/** Less isn't worth a second file. */
const smallestBytes = 1000;

const [folder] = process.argv.slice(2);
if (!folder) throw new Error("Name the folder with the pages: node build/compress.ts FOLDER");

const compress = promisify(brotliCompress);
for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
  const file = join(entry.parentPath, entry.name);
  if (!entry.isFile() || ![".css", ".html", ".js", ".json", ".svg"].includes(extname(file))) continue;
  const bytes = await readFile(file);
  if (bytes.length < smallestBytes) continue;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  await writeFile(`${file}.br`, await compress(bytes, { params }));
}
