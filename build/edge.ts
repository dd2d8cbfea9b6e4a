/** `node build/edge.ts` copies the edge function into template.yaml; a test says when that was forgotten. */

import { readFile, writeFile } from "node:fs/promises";

const TEMPLATE = new URL("../template.yaml", import.meta.url);

/** The function's code up to the next line that is indented less. */
const COPY = /(?<=\n {6}FunctionCode: !Sub\n {8}- \|\n)(?: {10}.*\n|\n)+/;

/** The template with this code as its edge function's. Throws when it has none. */
export function withEdgeFunction(template: string, code: string): string {
  if (!COPY.test(template)) throw new Error("template.yaml has no FunctionCode as it is looked for here");
  const indented = condensed(code).replace(/^(?=.)/gm, " ".repeat(10));
  return template.replace(COPY, () => indented);
}

/**
 * CloudFront takes 10 KB of code, of which comments and indentation would be a third. Only comments on lines of their own
 * are known, and no text may go over several lines.
 */
export function condensed(code: string): string {
  return code
    .replace(/^ *\/\*\*[\s\S]*?\*\/\n/gm, "")
    .replace(/^ *\/\/.*\n/gm, "")
    .replace(/^[ \n]+/gm, "");
}

if (import.meta.main) {
  const code = await readFile(new URL("../functions/edge/viewer-request.js", import.meta.url), "utf8");
  await writeFile(TEMPLATE, withEdgeFunction(await readFile(TEMPLATE, "utf8"), code));
}
