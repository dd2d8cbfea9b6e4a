/**
 * Puts a `.br` beside each text of a folder, compressed as far as Brotli goes. That takes seconds, so only a deploy
 * does it; CloudFront compresses in haste, and makes 263 KB of the scripts that these are 235 KB of.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

const TEXTS = [".css", ".html", ".js", ".json", ".svg"];

/** Less isn't worth a second file. */
const SMALLEST_BYTES = 1000;

const compress = promisify(brotliCompress);

export async function compressTexts(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !TEXTS.includes(extname(file))) continue;
    const bytes = await readFile(file);
    if (bytes.length < SMALLEST_BYTES) continue;
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    };
    await writeFile(`${file}.br`, await compress(bytes, { params }));
  }
}
