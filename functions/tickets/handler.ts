/** Gives tickets for a private stream, as a Lambda function behind CloudFront, whose edge function asks. */

import { randomBytes } from "node:crypto";
import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import { requiredVariable } from "../aws/environment.ts";
import { DynamoDbCounters } from "../tracker/counters-dynamodb.ts";
import { openDynamoDb } from "./dynamodb.ts";
import { enter } from "./entry.ts";
import { LinkSeats } from "./link-seats.ts";
import { isPassword } from "./password.ts";
import { requestOf, responseTo } from "./responses.ts";
import { siteTokens } from "./site-tokens.ts";

const variable = (name: string) => requiredVariable(process.env, name);
const nowSeconds = () => Date.now() / 1000;
const dynamoDb = openDynamoDb();
const table = variable("SEATS_TABLE");
const key = process.env["TOKEN_KEY"] ?? "";
const issuer = process.env["TOKEN_ISSUER"] ?? "";
const audience = process.env["TOKEN_AUDIENCE"] ?? "";
const passwordHash = process.env["PASSWORD_HASH"] ?? "";
const addressSalt = variable("ADDRESS_SALT");
const services = {
  channel: variable("CHANNEL"),
  ticketKey: variable("TICKET_KEY"),
  counters: new DynamoDbCounters(dynamoDb, table),
  seats: new LinkSeats(dynamoDb, table, nowSeconds),
  isPassword: (password: string) => isPassword(password, passwordHash),
  checkToken: siteTokens({ key, issuer, audience }),
  nowSeconds,
  newViewer: () => randomBytes(8).toString("base64url").slice(0, 10),
};

export async function handler(event: LambdaFunctionURLEvent): Promise<LambdaFunctionURLResult> {
  return responseTo(await enter(requestOf(event, addressSalt), services));
}
