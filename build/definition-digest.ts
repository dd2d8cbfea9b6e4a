/**
 * Writes into template.yaml the digest of what would change the channel: `node build/definition-digest.ts`, which
 * `npm run format` does. CloudFormation compares it, and stops the channel before a change.
 */

import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { parseTemplate } from "../local/template/yaml.ts";
import { TEMPLATE_FILE } from "../local/template.ts";

/** The resources that MediaLive changes only while the channel is idle. */
export const CHANGING = ["LiveInput", "LiveChannel"] as const;
const MAPPINGS = ["Ladders", "Renditions"] as const;

const DIGEST = /^( +Definition: ")[0-9a-f]*(")/m;

/** The template as it should be, from how it is. Throws when it has no line for the digest. */
export async function currentTemplate(): Promise<{ is: string; should: string }> {
  const is = await readFile(TEMPLATE_FILE, "utf8");
  if (!DIGEST.test(is)) throw new Error("template.yaml has no line Definition: that could hold the digest.");
  const { Resources, Mappings } = parseTemplate(is) as Record<string, Record<string, unknown>>;
  const definition = [...CHANGING.map((id) => Resources?.[id]), ...MAPPINGS.map((name) => Mappings?.[name])];
  const digest = createHash("sha256").update(JSON.stringify(definition)).digest("hex").slice(0, 12);
  return { is, should: is.replace(DIGEST, (_, before: string, after: string) => before + digest + after) };
}

if (import.meta.main) {
  const { is, should } = await currentTemplate();
  if (is !== should) await writeFile(TEMPLATE_FILE, should);
}
