/** What each function's code asks for: actions, variables, headers. Bundled once, since the template doesn't change it. */

import { readFile } from "node:fs/promises";
import { build } from "esbuild";
import { readFunction } from "../../local/template/functions.ts";
import type { Template } from "../../local/template.ts";
import { needsOf } from "../stack/template/permissions.ts";

export interface Code {
  /** IAM actions. */
  readonly actions: readonly string[];
  /** Environment variables that it reads, those that Lambda sets left out. */
  readonly variables: readonly string[];
  /** Headers of CloudFront, of browsers and of the edge that it reads. */
  readonly headers: readonly string[];
  /** Every name and text of one word in it. */
  readonly names: readonly string[];
  /** Where it counts metrics of its own. */
  readonly namespaces: readonly string[];
  /** The types of custom resources that it serves. */
  readonly customTypes: readonly string[];
}

/** By the handler's file, such as `functions/tracker/handler.ts`. */
export type CodeByFile = ReadonlyMap<string, Code>;

export async function readCode(template: Template): Promise<CodeByFile> {
  const functions = template.resourcesOf("AWS::Serverless::Function").map(({ id }) => id);
  return new Map(
    await Promise.all(
      functions.map(async (id): Promise<[string, Code]> => {
        const { file } = readFunction(template, id);
        const { actions } = await needsOf(template, id);
        return [file.href, { actions, ...factsOf(await bundled(file)) }];
      }),
    ),
  );
}

async function bundled(file: URL): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: await readFile(file, "utf8"), resolveDir: new URL(".", file).pathname, loader: "ts" },
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    external: ["@aws-sdk/*", "@smithy/*", "ipaddr.js"],
  });
  return outputFiles[0]?.text ?? "";
}

function factsOf(code: string): Omit<Code, "actions"> {
  const all = (pattern: RegExp) => [...new Set([...code.matchAll(pattern)].map(([, found = ""]) => found))];
  // Functions that read a variable by its name, and functions that pass a name on to one.
  const readers = all(/(?:function |(?:const|var|let) )(\w+)(?: =)? ?\([^)]*\b(?:name|variable)\b[^)]*\)/g);
  const called = readers.flatMap((reader) =>
    all(new RegExp(`\\b${reader}\\((?:[\\w.]+, )?"([A-Z][A-Z0-9_]*)"`, "g")),
  );
  const direct = all(/\b(?:process\.env|environment)(?:\.|\[")([A-Z][A-Z0-9_]*)/g);
  return {
    variables: [...new Set([...called, ...direct])].filter((name) => !name.startsWith("AWS_")).toSorted(),
    headers: all(/"(cloudfront-viewer-[a-z-]+|x-shoal-[a-z-]+|origin)"/g).toSorted(),
    names: all(/\b([A-Za-z]\w+)\b/g),
    namespaces: all(/\bNamespace: "([^"]+)"/g),
    customTypes: all(/"(Custom::\w+)"/g),
  };
}
