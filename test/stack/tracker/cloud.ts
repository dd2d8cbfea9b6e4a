// The tracker as the cloud runs it, on this machine: template.yaml's API and functions in front of DynamoDB.

import { type ApiGateway, type ApiGatewayOptions, startApiGateway } from "../../../local/api-gateway.ts";
import { type DynamoDb, startDynamoDb } from "../../../local/dynamodb.ts";
import { Lambda } from "../../../local/lambda.ts";
import { readFunction } from "../../../local/template/functions.ts";
import { readTables } from "../../../local/template/tables.ts";
import { readWebSocketApi } from "../../../local/template/websocket-api.ts";
import { readTemplate } from "../../../local/template.ts";

export const originSecret = "what-cloudfront-adds";
export const pagesHost = "player.example";

export interface CloudTracker {
  readonly url: string;
  readonly gateway: ApiGateway;
  readonly dynamoDb: DynamoDb;
  /** What the functions have logged, a line each. */
  readonly logs: string[];
  stop(): Promise<void>;
}

export async function startCloudTracker(limits: ApiGatewayOptions["limits"] = {}): Promise<CloudTracker> {
  const template = await readTemplate({
    refs: { SeatsTable: "SeatsTable" },
    attributes: {
      "GeneratedSecrets.OriginSecret": originSecret,
      "GeneratedSecrets.AddressSalt": "a salt of this test",
      "Distribution.DomainName": pagesHost,
    },
  });
  const logs: string[] = [];
  const dynamoDb = await startDynamoDb(readTables(template));
  const functions: { lambda?: Lambda } = {};
  const gateway = await startApiGateway({
    api: readWebSocketApi(template, "TrackerApi"),
    lambda: {
      invoke: async (functionId, event) => {
        if (!functions.lambda) throw new Error("the functions aren't up yet");
        return functions.lambda.invoke(functionId, event);
      },
    },
    limits,
  });
  const lambda = new Lambda({
    functions: ["TrackerFunction", "TrackerAuthorizerFunction"].map((id) => readFunction(template, id)),
    environment: {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
      AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: gateway.managementEndpoint,
    },
    onLog: (_, line) => logs.push(line),
  });
  functions.lambda = lambda;
  return {
    url: `ws://${gateway.address}/tracker`,
    gateway,
    dynamoDb,
    logs,
    stop: async () => {
      await gateway.stop();
      await lambda.stop();
      await dynamoDb.stop();
    },
  };
}
