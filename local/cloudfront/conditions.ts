/** Decides what a conditional or a range request gets of an answer (RFC 9110, sections 13 and 14). */

import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "./origin.ts";

/** The answer itself, 304 when the viewer has it already, 206 with a part of it, or 416 when there is no such part. */
export function conditioned(answer: Answer, headers: IncomingHttpHeaders): Answer {
  if (answer.statusCode !== 200) return answer;
  if (isKnown(answer, headers)) return { statusCode: 304, headers: answer.headers, body: Buffer.alloc(0) };
  const ranged: Answer = { ...answer, headers: { ...answer.headers, "accept-ranges": "bytes" } };
  if (!headers.range || answer.headers["content-encoding"] || !sameVersion(answer, headers)) return ranged;
  const size = answer.body.length;
  const range = parseRange(headers.range, size);
  if (range === "whole") return ranged;
  if (range === "nothing") {
    return { statusCode: 416, headers: { "content-range": `bytes */${size}` }, body: Buffer.alloc(0) };
  }
  return {
    statusCode: 206,
    headers: { ...ranged.headers, "content-range": `bytes ${range.first}-${range.last}/${size}` },
    body: answer.body.subarray(range.first, range.last + 1),
  };
}

function isKnown(answer: Answer, headers: IncomingHttpHeaders): boolean {
  const known = headers["if-none-match"];
  const etag = answer.headers["etag"];
  if (known !== undefined) {
    return known.trim() === "*" || (!!etag && known.split(",").map(weak).includes(weak(etag)));
  }
  const since = Date.parse(headers["if-modified-since"] ?? "");
  const modified = Date.parse(answer.headers["last-modified"] ?? "");
  return modified <= since;
}

function weak(etag: string): string {
  return etag.trim().replace(/^W\//, "");
}

/** `If-Range` requires identical bytes: a strong ETag, or an exact date. */
function sameVersion(answer: Answer, headers: IncomingHttpHeaders): boolean {
  const condition = headers["if-range"];
  if (typeof condition !== "string") return true;
  return (
    [answer.headers["etag"], answer.headers["last-modified"]].includes(condition) &&
    !condition.startsWith("W/")
  );
}

/** The requested range of bytes. Several ranges, or an unreadable one, count as none. */
export function parseRange(
  header: string,
  size: number,
): { first: number; last: number } | "whole" | "nothing" {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header.trim()) ?? [];
  if (from === undefined || to === undefined || (from === "" && to === "")) return "whole";
  if (from === "")
    return Number(to) === 0 || size === 0
      ? "nothing"
      : { first: Math.max(0, size - Number(to)), last: size - 1 };
  const first = Number(from);
  const last = to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== "" && Number(to) < first) return "whole";
  return first >= size ? "nothing" : { first, last };
}
