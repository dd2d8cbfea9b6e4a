/** Reads the Lambda functions from the template. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Resource, Template } from "../template.ts";

export interface FunctionSettings {
  readonly id: string;
  /** The TypeScript file that holds the handler, or its bundle. */
  readonly file: URL;
  /** Name of the handler that the file exports. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
}

const PROJECT = new URL("../../", import.meta.url);

/** The folder of `sam build`'s bundles, to run them instead of the sources and so test what is deployed. */
const BUNDLES = process.env["SHOAL_BUNDLES"];

/** Lambda's own defaults, for what neither the function nor SAM's `Globals` sets. */
const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MEGABYTES = 128;

/** Reads one function. Throws when its handler's file doesn't exist. */
export function readFunction(template: Template, id: string): FunctionSettings {
  const resource = template.resource(id);
  const [file, handler] = readHandler(resource);
  const globals = template.globals("Function");
  const setting = (name: string, fallback: number): number =>
    resource.properties.at(name).number(globals.at(name).number(fallback));
  const variables = [
    ...globals.at("Environment", "Variables").entries(),
    ...resource.properties.at("Environment", "Variables").entries(),
  ];
  return {
    id,
    file,
    handler,
    environment: Object.fromEntries(variables.map(([name, value]) => [name, value.text()])),
    timeoutSeconds: setting("Timeout", DEFAULT_TIMEOUT_SECONDS),
    memoryMegabytes: setting("MemorySize", DEFAULT_MEMORY_MEGABYTES),
  };
}

/** `CodeUri: functions/site/` and `Handler: handler.handler` are `functions/site/handler.ts` and its `handler`. */
function readHandler({ id, properties }: Resource): [URL, string] {
  const [name, handler] = properties
    .at("Handler")
    .text()
    .split(/\.(?=[^.]+$)/);
  const folder = properties.at("CodeUri").text().replace(/\/*$/, "/");
  const file = new URL(`${folder}${name}.ts`, PROJECT);
  if (!handler || !existsSync(file)) {
    throw new Error(
      `template.yaml: ${id}'s handler is ${properties.at("Handler").text()}, but there is no ${file.pathname}`,
    );
  }
  if (!BUNDLES) return [file, handler];
  return [pathToFileURL(join(BUNDLES, id, `${name}.mjs`)), handler];
}
