/**
 * Compresses an answer as CloudFront does: text of a medium size, for viewers who accept it.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
 */

import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Answer } from "./origin.ts";

const SMALLEST_BYTES = 1_000;
const LARGEST_BYTES = 10_000_000;

const COMPRESSED_TYPES =
  /^(text\/|image\/svg\+xml|application\/(javascript|json|xml|manifest\+json|wasm|dash\+xml|vnd\.apple\.mpegurl))/;

/** Returns the answer compressed with the first of these encodings, or unchanged if CloudFront wouldn't compress it. */
export async function compressed(answer: Answer, encodings: readonly ("br" | "gzip")[]): Promise<Answer> {
  const [encoding] = encodings;
  if (!mayCompress(answer)) return answer;
  const varied = { ...answer, headers: { ...answer.headers, vary: "Accept-Encoding" } };
  if (!encoding) return varied;
  const etag = answer.headers["etag"];
  return {
    ...varied,
    headers: {
      ...varied.headers,
      "content-encoding": encoding,
      // The bytes differ from the origin's, so its strong ETag becomes a weak one.
      ...(etag ? { etag: etag.startsWith("W/") ? etag : `W/${etag}` } : {}),
    },
    body: await compress[encoding](answer.body),
  };
}

function mayCompress({ statusCode, headers, body }: Answer): boolean {
  return (
    [200, 403, 404].includes(statusCode) &&
    COMPRESSED_TYPES.test(headers["content-type"] ?? "") &&
    !headers["content-encoding"] &&
    !/no-transform/.test(headers["cache-control"] ?? "") &&
    body.length >= SMALLEST_BYTES &&
    body.length <= LARGEST_BYTES
  );
}

const brotli = promisify(brotliCompress);

/** At Brotli's default quality, compressing would take as long as a page takes to load. */
const compress: Readonly<Record<"br" | "gzip", (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) => brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: promisify(gzip),
};
