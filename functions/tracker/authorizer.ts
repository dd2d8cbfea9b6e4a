/** Admits or refuses a connection, and tells its viewer's locality, which API Gateway adds to all later events. */
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from "aws-lambda";
import { type Admission, refusalOf } from "./admission.ts";
import { requiredVariable } from "./environment.ts";
import { localityOf, viewerOf } from "./handshake.ts";

const ADDRESS_SALT = requiredVariable(process.env, "ADDRESS_SALT");
const ADMISSION: Admission = {
  originSecrets: requiredVariable(process.env, "ORIGIN_SECRETS").split(",").filter(Boolean),
  pageOrigins: requiredVariable(process.env, "PAGE_ORIGINS").split(",").filter(Boolean),
};

export async function handler(event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  const headers = event.headers ?? {};
  const refusal = refusalOf(headers, ADMISSION);
  if (refusal !== null) {
    console.warn(JSON.stringify({ level: "WARN", message: "a connection was refused", reason: refusal }));
  }
  const { identity, connectionId = "" } = event.requestContext;
  const { lan, net } = localityOf({ headers, sourceIp: identity.sourceIp, connectionId }, ADDRESS_SALT);
  const viewer = viewerOf(headers);
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
    context: { lan, ...(net !== null && { net }), ...(viewer !== undefined && { viewer }) },
  };
}
