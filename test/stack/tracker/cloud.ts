/** The tracker as the cloud runs it, on this machine: template.yaml's API and functions in front of DynamoDB. */

import type { ApiGateway, ApiGatewayOptions } from "../../../local/api-gateway.ts";
import type { DynamoDb } from "../../../local/dynamodb.ts";
import { startBackend } from "../../../local/shoal/backend.ts";

export const originSecret = "what-cloudfront-adds";
const pagesHost = "player.example";

export interface CloudTracker {
  readonly url: string;
  readonly gateway: ApiGateway;
  readonly dynamoDb: DynamoDb;
  /** What the functions have logged, a line each. */
  readonly logs: string[];
  stop(): Promise<void>;
}

/** The tracker behind API Gateway, which serves everyone; attacks.test.ts has one with an audience. */
export async function startCloudTracker(limits: ApiGatewayOptions["limits"] = {}): Promise<CloudTracker> {
  const logs: string[] = [];
  const { gateway, dynamoDb, stop } = await startBackend({
    attributes: {
      "OriginSecret.Value": originSecret,
      "AddressSalt.Value": "a salt of this test",
      "Distribution.DomainName": pagesHost,
    },
    environments: { TrackerFunction: { SWARM_SECRET: "" } },
    limits,
    onLog: (_, line) => logs.push(line),
  });
  return { url: `ws://${gateway.address}/tracker`, gateway, dynamoDb, logs, stop };
}
