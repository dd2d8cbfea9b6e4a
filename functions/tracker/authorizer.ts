// Lets a connection in or not, and says where its viewer is; API Gateway hands that to every later message.
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { type Admission, refusalOf } from "./admission.ts";
import { needed } from "./environment.ts";
import { placeOf } from "./place.ts";

const salt = needed(process.env, "ADDRESS_SALT");
const admission: Admission = {
  originSecret: needed(process.env, "ORIGIN_SECRET"),
  pageOrigins: needed(process.env, "PAGE_ORIGINS").split(",").filter(Boolean),
};

export async function handler(event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  const headers = event.headers ?? {};
  const refusal = refusalOf(headers, admission);
  if (refusal !== null)
    console.warn(JSON.stringify({ level: "WARN", message: "a connection was refused", reason: refusal }));
  const { identity, connectionId = "" } = event.requestContext;
  const { lan, net } = placeOf({ headers, sourceIp: identity.sourceIp, connectionId }, salt);
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
    context: { lan, ...(net !== null && { net }) },
  };
}
