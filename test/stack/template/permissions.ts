/** What a function's code asks of AWS, and what the template lets it ask. */

import { build } from "esbuild";
import { readFunction } from "../../../local/template/functions.ts";
import type { Template } from "../../../local/template.ts";

/** IAM's names, where they differ from the client's package and command. */
const IAM_ACTIONS: Readonly<Record<string, string>> = {
  "apigatewaymanagementapi:PostToConnection": "execute-api:ManageConnections",
  "apigatewaymanagementapi:GetConnection": "execute-api:ManageConnections",
  "apigatewaymanagementapi:DeleteConnection": "execute-api:ManageConnections",
};

export interface Needs {
  /** IAM actions, sorted. */
  readonly actions: readonly string[];
  /** Variables that the code reads from `process.env` by name, sorted. */
  readonly environment: readonly string[];
  /** Every word in capitals in the code, which includes every environment variable that it reads. */
  readonly names: ReadonlySet<string>;
}

/** Bundles the function as `sam build` does, but leaves the SDK outside, so that its imports can be read. */
export async function needsOf(template: Template, functionId: string): Promise<Needs> {
  const { file } = readFunction(template, functionId);
  const { outputFiles } = await build({
    entryPoints: [file.pathname],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    external: ["@aws-sdk/*"],
  });
  const code = outputFiles[0]?.text ?? "";
  return {
    actions: sortedUnique([...sdkActions(code), ...plainActions(code)]),
    names: new Set(code.match(/\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)*\b/g)),
    environment: sortedUnique([...code.matchAll(/process\.env(?:\.(\w+)|\["(\w+)"\])/g)].flatMap(nameOf)),
  };
}

/** Each command that is imported and used is an action; esbuild has removed the code that isn't reached. */
function sdkActions(code: string): string[] {
  const body = code.replace(IMPORT, "");
  return [...code.matchAll(IMPORT)].flatMap(([, names = "", client = ""]) =>
    names
      .split(",")
      .map((each) => each.trim().split(" as "))
      // Where two files import a name, each has one of its own.
      .filter(([name, own = name]) => new RegExp(`\\b${own}\\b`).test(body))
      .flatMap(([name = ""]) => commandOf(name).map((command) => iamAction(client, command))),
  );
}

const IMPORT = /import \{([^}]+)\} from "@aws-sdk\/client-([\w-]+)";/g;

/** What is requested without the SDK's clients: MediaPackage's by GET, S3's by PUT, and operations that DynamoDB is named. */
function plainActions(code: string): string[] {
  const operations = [...code.matchAll(/"DynamoDB_20120810\.(\w+)"/g)].map(([, name]) => `dynamodb:${name}`);
  return [
    ...(code.includes('"mediapackagev2"') ? ["mediapackagev2:GetObject"] : []),
    ...(code.includes('service: "s3"') ? ["s3:PutObject"] : []),
    ...operations,
  ];
}

function nameOf([, afterDot, inBrackets]: RegExpMatchArray): string[] {
  return [afterDot ?? inBrackets].filter((name) => name !== undefined);
}

function commandOf(name: string): string[] {
  const command = /^(\w+)Command$/.exec(name)?.[1] ?? /^paginate(\w+)$/.exec(name)?.[1];
  return command ? [command] : [];
}

function iamAction(client: string, command: string): string {
  const action = `${client}:${command}`;
  return IAM_ACTIONS[action] ?? action;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

interface PolicyDocument {
  readonly Statement: readonly Statement[];
}

/** What the function's policies grant it, every statement whose condition holds. */
export function grantsOf(template: Template, functionId: string): string[] {
  const policies = template.resource(functionId).properties.at("Policies").raw as
    | PolicyDocument[]
    | undefined;
  return sortedUnique(
    (policies ?? []).flatMap(({ Statement }) => Statement.flatMap(({ Action }) => [Action].flat())),
  );
}

function sortedUnique(values: readonly string[]): string[] {
  return [...new Set(values)].toSorted();
}
