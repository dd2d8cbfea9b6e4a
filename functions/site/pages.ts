/** Keeps the built pages in memory, so that requests reach nothing but what was built. */

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

export interface Page {
  readonly type: string;
  readonly caching: string;
  readonly etag: string;
  readonly body: Buffer;
  /** The body compressed with Brotli, if the build did so. */
  readonly brotli: Buffer | undefined;
}

/** Pages by path, such as `/assets/player-3JX2.js`. */
export type Pages = ReadonlyMap<string, Page>;

/** For hashed names, whose content never changes. */
export const FOR_EVER = "public, max-age=31536000, immutable";

/** Browsers ask each time and CloudFront once a minute, so nobody gets an entry page that is more than a minute old. */
export const FOR_A_MINUTE = "public, max-age=0, s-maxage=60";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

/** Reads all files in the folder. Throws if the pages haven't been built. */
export async function readPages(folder: URL): Promise<Pages> {
  const root = fileURLToPath(folder);
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, Buffer>();
  for (const entry of entries.filter((found) => found.isFile())) {
    const file = join(entry.parentPath, entry.name);
    files.set(`/${file.slice(root.length).split(sep).join("/")}`, await readFile(file));
  }
  if (!files.has("/index.html")) throw new Error(`There are no pages in ${root}: run npm run build`);
  return pagesFrom(files);
}

export function pagesFrom(files: ReadonlyMap<string, Buffer>): Pages {
  const pages = new Map<string, Page>();
  for (const [path, body] of files) {
    if (path.endsWith(".br")) continue;
    pages.set(path, {
      type: TYPES[extname(path)] ?? "application/octet-stream",
      caching: path.startsWith("/assets/") ? FOR_EVER : FOR_A_MINUTE,
      etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`,
      body,
      brotli: files.get(`${path}.br`),
    });
  }
  return pages;
}

/** Finds the page at a path. `/` is `/index.html`, and a page's `.html` may be left out. */
export function findPage(pages: Pages, path: string): Page | undefined {
  let name: string;
  try {
    name = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  return pages.get(name.endsWith("/") ? `${name}index.html` : name) ?? pages.get(`${name}.html`);
}
