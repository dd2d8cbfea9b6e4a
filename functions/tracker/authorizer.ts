/** Admits or refuses a connection, and tells its viewer's locality, which API Gateway adds to all later events. */
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { requiredVariable } from "../aws/environment.ts";
import { type Admission, refusalOf } from "./admission.ts";
import { localityOf, ticketOf } from "./handshake.ts";
import { lateCounters } from "./late-counters.ts";
import { Limits } from "./limits.ts";
import { logFailure, printMetrics } from "./logs.ts";
import { Metrics } from "./metrics.ts";

const ADDRESS_SALT = requiredVariable(process.env, "ADDRESS_SALT");
const ADMISSION: Admission = {
  originSecrets: requiredVariable(process.env, "ORIGIN_SECRETS").split(",").filter(Boolean),
  pageOrigins: requiredVariable(process.env, "PAGE_ORIGINS").split(",").filter(Boolean),
};

const nowSeconds = () => Date.now() / 1000;
const metrics = new Metrics(process.env["AWS_LAMBDA_FUNCTION_NAME"] ?? "authorizer");
const table = process.env["SEATS_TABLE"];
const limits = table ? new Limits(lateCounters(table), nowSeconds, Math.random) : undefined;

export async function handler(event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  const headers = event.headers ?? {};
  const { identity, connectionId = "" } = event.requestContext;
  const { lan, net } = localityOf({ headers, sourceIp: identity.sourceIp, connectionId }, ADDRESS_SALT);
  const ticket = ticketOf(headers);
  const refusal = refusalOf(headers, ADMISSION) ?? (await excessOf(lan, ticket.viewer));
  if (refusal !== null) {
    console.warn(JSON.stringify({ level: "WARN", message: "a connection was refused", reason: refusal }));
  }
  return {
    principalId: "viewer",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [
        {
          Action: "execute-api:Invoke",
          Effect: refusal === null ? "Allow" : "Deny",
          Resource: event.methodArn,
        },
      ],
    },
    context: { lan, ...(net !== null && { net }), ...ticket },
  };
}

/** Why a network or a viewer may not open one more connection, or null. While the counts can't be had, it may. */
async function excessOf(lan: string, viewer: string | undefined): Promise<string | null> {
  try {
    if (!limits || (await limits.mayConnect(lan, viewer))) return null;
  } catch (error) {
    logFailure("a limit couldn't be looked up", error);
    return null;
  }
  metrics.count("ConnectsRefused");
  const line = metrics.line(nowSeconds());
  if (line !== null) printMetrics(line);
  return "too many connections from its network, or with its ticket";
}
