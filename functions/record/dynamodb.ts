/**
 * The requests that the record needs of DynamoDB, signed by the SDK's signer and sent by fetch, as the signer's are. The
 * SDK's client would make the site's code ten times as large (docs/decisions/one-channel-table.md), for one kind of
 * request.
 */

import { SignatureV4 } from "@smithy/signature-v4";
import type { AwsCredentialIdentity, Provider } from "@smithy/types";
import { accessFrom, requiredVariable } from "../aws/environment.ts";
import { Sha256 } from "../aws/sha256.ts";
import { signedFetch } from "../aws/signed-fetch.ts";

/** A value as DynamoDB writes it: the record has texts, numbers and bytes (in Base64). */
export type Value = { readonly S: string } | { readonly N: string } | { readonly B: string };
export type Item = Readonly<Record<string, Value>>;

/** The key of an item, by the names that the template gives the table's keys. */
export function keyOf(kind: string, id: string): Item {
  return { kind: { S: kind }, id: { S: id } };
}

/** What an attribute holds; empty for one that isn't there. */
export function textIn(value: Value | undefined): string {
  return Object.values(value ?? { S: "" })[0] as string;
}

export interface TableSettings {
  readonly name: string;
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: AwsCredentialIdentity | Provider<AwsCredentialIdentity>;
}

export interface Table {
  readonly name: string;
  readonly endpoint: string;
  readonly signer: SignatureV4;
}

/** Somebody else has changed the item since it was read. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";
}

/** DynamoDB answers within about 10 ms. One more try, since a kept connection may have died while the function froze. */
const TIMEOUT_MILLISECONDS = 700;
const ATTEMPTS = 2;

export function openTable({ name, endpoint, ...settings }: TableSettings): Table {
  return { name, endpoint, signer: new SignatureV4({ ...settings, service: "dynamodb", sha256: Sha256 }) };
}

/** The table that a function is told by its environment. Throws when something is missing. */
export function tableFrom(environment: NodeJS.ProcessEnv): Table {
  return tableNamed(requiredVariable(environment, "CHANNEL_TABLE"), environment);
}

/** A table of this name, where a function's environment says. */
export function tableNamed(name: string, environment: NodeJS.ProcessEnv): Table {
  const access = accessFrom(environment);
  return openTable({
    ...access,
    name,
    endpoint: environment["AWS_ENDPOINT_URL_DYNAMODB"] ?? endpointIn(access.region),
  });
}

export function endpointIn(region: string): string {
  return `https://dynamodb.${region}.amazonaws.com`;
}

/** The item of this key; null if there is none. */
export async function getItem(table: Table, Key: Item): Promise<Item | null> {
  const answer = await send(table, "DynamoDB_20120810.GetItem", { TableName: table.name, Key });
  return (answer["Item"] as Item | undefined) ?? null;
}

/**
 * Keeps an item. With `after`, only if the stored one has this version, and with the next; rejects with Overtaken otherwise.
 * What isn't there yet has version 0.
 */
export async function putItem(table: Table, item: Item, after?: number): Promise<void> {
  const versioned =
    after === undefined
      ? { Item: item }
      : {
          Item: { ...item, version: { N: String(after + 1) } },
          ConditionExpression: after === 0 ? "attribute_not_exists(version)" : "version = :version",
          ...(after > 0 && { ExpressionAttributeValues: { ":version": { N: String(after) } } }),
        };
  await send(table, "DynamoDB_20120810.PutItem", { TableName: table.name, ...versioned });
}

/** The version by which a change finds out that it was overtaken. */
export function versionIn(item: Item): number {
  return Number(textIn(item["version"]));
}

/** A value as JSON, with its version: null and 0 if there is none yet. */
export interface Versioned<T> {
  readonly value: T | null;
  readonly version: number;
}

export async function readVersioned<T>(
  table: Table,
  Key: Item,
  parse: (value: unknown) => T,
): Promise<Versioned<T>> {
  const item = await getItem(table, Key);
  if (!item) return { value: null, version: 0 };
  return { value: parse(JSON.parse(textIn(item["value"]))), version: versionIn(item) };
}

/** Rejects with Overtaken when the stored value isn't of this version any more. */
export async function writeVersioned(table: Table, Key: Item, value: object, after: number): Promise<void> {
  await putItem(table, { ...Key, value: { S: JSON.stringify(value) } }, after);
}

/** Deletes an item that hasn't lapsed, and gives it: once, however many ask. Null if there is none. */
export async function takeItem(table: Table, Key: Item, nowSeconds: number): Promise<Item | null> {
  const call = {
    TableName: table.name,
    Key,
    ConditionExpression: "expiresAt > :now",
    ExpressionAttributeValues: { ":now": { N: String(nowSeconds) } },
    ReturnValues: "ALL_OLD",
  };
  const answer = await send(table, "DynamoDB_20120810.DeleteItem", call).catch((error: unknown) => {
    if (error instanceof Overtaken) return { Attributes: null };
    throw error;
  });
  return (answer["Attributes"] as Item | null | undefined) ?? null;
}

/** Items of one kind that haven't lapsed: as many as fit into an answer of DynamoDB's, which is some thousand. */
export async function itemsOf(table: Table, kind: string, nowSeconds: number): Promise<readonly Item[]> {
  const call = {
    TableName: table.name,
    KeyConditionExpression: "kind = :kind",
    FilterExpression: "expiresAt > :now",
    ExpressionAttributeValues: { ":kind": { S: kind }, ":now": { N: String(nowSeconds) } },
  };
  const answer = await send(table, "DynamoDB_20120810.Query", call);
  return answer["Items"] as readonly Item[];
}

/** All items of a kind whose ids lie between these two, both included, in their order. */
export async function itemsBetween(table: Table, kind: string, from: string, to: string): Promise<Item[]> {
  const found: Item[] = [];
  let ExclusiveStartKey: unknown;
  do {
    const call = {
      TableName: table.name,
      KeyConditionExpression: "kind = :kind AND id BETWEEN :from AND :to",
      ExpressionAttributeValues: { ":kind": { S: kind }, ":from": { S: from }, ":to": { S: to } },
      ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }),
    };
    const answer = await send(table, "DynamoDB_20120810.Query", call);
    found.push(...(answer["Items"] as Item[]));
    ExclusiveStartKey = answer["LastEvaluatedKey"];
  } while (ExclusiveStartKey !== undefined);
  return found;
}

/** Adds to the count of an item, which begins at 0 and lapses then. Resolves to the sum. */
export async function addTo(table: Table, Key: Item, by: number, expiresAt: number): Promise<number> {
  const answer = await send(table, "DynamoDB_20120810.UpdateItem", {
    TableName: table.name,
    Key,
    UpdateExpression: "ADD amount :by SET expiresAt = :expiresAt",
    ExpressionAttributeValues: { ":by": { N: String(by) }, ":expiresAt": { N: String(expiresAt) } },
    ReturnValues: "UPDATED_NEW",
  });
  return Number(textIn((answer["Attributes"] as Item)["amount"]));
}

/** Items of one kind whose ids come before this one, the last first. */
export async function newestOf(
  table: Table,
  kind: string,
  before: string,
  limit: number,
): Promise<readonly Item[]> {
  const call = {
    TableName: table.name,
    KeyConditionExpression: "kind = :kind AND id < :before",
    ExpressionAttributeValues: { ":kind": { S: kind }, ":before": { S: before } },
    ScanIndexForward: false,
    Limit: limit,
  };
  const answer = await send(table, "DynamoDB_20120810.Query", call);
  return answer["Items"] as readonly Item[];
}

async function send(table: Table, target: string, call: object): Promise<Readonly<Record<string, unknown>>> {
  for (let attempt = 1; ; attempt++) {
    const response = await signedFetch(table.signer, table.endpoint, {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": target },
      body: JSON.stringify(call),
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    }).catch((error: unknown) => {
      if (attempt === ATTEMPTS) throw error;
      return null;
    });
    if (response?.ok) return (await response.json()) as Readonly<Record<string, unknown>>;
    if (response && (response.status < 500 || attempt === ATTEMPTS)) throw errorIn(await response.text());
  }
}

function errorIn(body: string): Error {
  if (body.includes("ConditionalCheckFailedException")) return new Overtaken("The item has changed");
  return new Error(`DynamoDB refuses: ${body.slice(0, 500)}`);
}
