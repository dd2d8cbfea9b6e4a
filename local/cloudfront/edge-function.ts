/**
 * CloudFront Functions: runs a viewer-request function's own code, in a context with no more than the real runtime has.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */

import crypto from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { createContext, Script } from "node:vm";

/** A request as the function sees it, and may change it. Names of headers are in lower case. */
export interface EdgeRequest {
  method: string;
  uri: string;
  querystring: Record<string, EdgeValue>;
  headers: Record<string, EdgeValue>;
  cookies: Record<string, EdgeValue>;
}

interface EdgeValue {
  readonly value: string;
  readonly multiValue?: readonly { readonly value: string }[];
}

/** What the function answers by itself, so that the request goes no further. */
export interface EdgeResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, EdgeValue>>;
  readonly body?: string;
}

export type EdgeFunction = (request: EdgeRequest, viewerAddress: string) => EdgeRequest | EdgeResponse;

/** The most that CloudFront takes. */
export const MAX_CODE_BYTES = 10 * 1024;

/** Modules that the code may require; `modules` replaces them, to count what it does. */
const MODULES: Readonly<Record<string, unknown>> = { crypto: { createHmac: crypto.createHmac } };

/** Throws when CloudFront wouldn't take the code. */
export function edgeFunction(code: string, modules = MODULES): EdgeFunction {
  if (Buffer.byteLength(code) > MAX_CODE_BYTES) {
    throw new Error(`The edge function is longer than ${MAX_CODE_BYTES} bytes`);
  }
  const context = createContext({
    Buffer,
    require: (name: string) => {
      if (name in modules) return modules[name];
      throw new Error(`A CloudFront Function can't require ${name}`);
    },
  });
  new Script(code, { filename: "viewer-request.js" }).runInContext(context);
  const handler = context["handler"] as (event: object) => EdgeRequest | EdgeResponse;
  return (request, viewerAddress) =>
    handler({
      version: "1.0",
      context: {
        distributionDomainName: "localhost",
        distributionId: "LOCAL",
        eventType: "viewer-request",
        requestId: crypto.randomBytes(42).toString("base64url"),
      },
      viewer: { ip: viewerAddress },
      request,
    });
}

/** A viewer's request as the function gets it: the query still encoded. */
export function edgeRequest(
  method: string,
  uri: string,
  query: string,
  headers: IncomingHttpHeaders,
): EdgeRequest {
  const pairs = query.split("&").filter((pair) => pair !== "");
  return {
    method,
    uri,
    querystring: collected(pairs.map((pair) => [pair.split("=")[0] ?? "", pair.split("=")[1] ?? ""])),
    headers: collected(
      Object.entries(headers).flatMap(([name, value = ""]) => [value].flat().map((one) => [name, one])),
    ),
    cookies: collected(
      (headers.cookie ?? "")
        .split("; ")
        .map((pair) => [pair.split("=", 1)[0] ?? "", pair.split("=")[1] ?? ""]),
    ),
  };
}

/** The query that goes on to the origin. */
export function queryOf({ querystring }: EdgeRequest): string {
  return Object.entries(querystring)
    .flatMap(([name, { value, multiValue = [{ value }] }]) => multiValue.map((one) => `${name}=${one.value}`))
    .join("&");
}

/** The headers that go on, as plain values. */
export function headersOf({ headers }: EdgeRequest): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value]));
}

function collected(pairs: readonly (readonly string[])[]): Record<string, EdgeValue> {
  const values = new Map<string, { value: string }[]>();
  for (const [name = "", value = ""] of pairs) values.set(name, [...(values.get(name) ?? []), { value }]);
  return Object.fromEntries(
    [...values].map(([name, all]) => [
      name,
      { value: all[0]?.value ?? "", ...(all.length > 1 && { multiValue: all }) },
    ]),
  );
}
