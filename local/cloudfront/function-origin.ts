/** The origin of the pages: a function behind its function URL, with the events and answers of payload version 2. */

import { randomUUID } from "node:crypto";
import type { LambdaFunctionURLEvent } from "aws-lambda";
import type { Lambda } from "../lambda.ts";
import type { Answer, Origin, OriginRequest } from "./origin.ts";

const DOMAIN_PREFIX = "local";
const DOMAIN = `${DOMAIN_PREFIX}.lambda-url.us-east-1.on.aws`;

/** Answers as the function does; 502 when it fails. */
export function functionOrigin(lambda: Pick<Lambda, "invoke">, functionId: string): Origin {
  return async (request) => {
    try {
      return readAnswer(await lambda.invoke(functionId, functionUrlEvent(request)));
    } catch {
      return {
        statusCode: 502,
        headers: { "content-type": "text/plain" },
        body: Buffer.from("Internal Server Error"),
      };
    }
  };
}

function functionUrlEvent(request: OriginRequest): LambdaFunctionURLEvent {
  const now = new Date();
  const { cookie, ...others } = request.headers;
  const headers = Object.entries({ Host: DOMAIN, ...others });
  const query = [...new URLSearchParams(request.query)];
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: request.path,
    rawQueryString: request.query,
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    ...(query.length > 0 ? { queryStringParameters: Object.fromEntries(query) } : {}),
    requestContext: {
      accountId: "000000000000",
      apiId: DOMAIN_PREFIX,
      domainName: DOMAIN,
      domainPrefix: DOMAIN_PREFIX,
      http: {
        method: request.method,
        path: request.path,
        protocol: "HTTP/1.1",
        sourceIp: request.viewerAddress,
        userAgent: "Amazon CloudFront",
      },
      requestId: randomUUID(),
      routeKey: "$default",
      stage: "$default",
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(cookie === undefined ? {} : { cookies: cookie.split(";") }),
    ...(request.body === undefined ? {} : { body: request.body }),
    isBase64Encoded: false,
  };
}

/** Function URLs take an answer without a status code as the JSON body of a 200. */
function readAnswer(value: unknown): Answer {
  if (typeof value !== "object" || value === null || !("statusCode" in value)) {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return {
      statusCode: 200,
      headers: { "content-type": "application/json" },
      body: Buffer.from(text ?? ""),
    };
  }
  const answered = value as Record<string, unknown>;
  const { statusCode, headers = {}, body = "", isBase64Encoded = false, cookies } = answered;
  const entries = Object.entries(headers as Record<string, unknown>);
  return {
    statusCode: Number(statusCode),
    headers: Object.fromEntries(entries.map(([name, item]) => [name.toLowerCase(), String(item)])),
    body: Buffer.from(String(body), isBase64Encoded ? "base64" : "utf8"),
    ...(Array.isArray(cookies) && { cookies: cookies.map(String) }),
  };
}
