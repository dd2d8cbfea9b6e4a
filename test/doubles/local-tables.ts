/** The template's tables in a DynamoDB on this machine, and what a function's environment says of it. */

import { openTable, type Table } from "../../functions/record/dynamodb.ts";
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import { startDynamoDb } from "../../local/dynamodb.ts";
import { readTables } from "../../local/template/tables.ts";
import { readTemplate } from "../../local/template.ts";

/** Here tables are named after their resources. */
export const SEATS_TABLE = "SeatsTable";
const CHANNEL_TABLE = "ChannelTable";
export const INSIGHTS_TABLE = "InsightsTable";

export interface LocalTables {
  readonly endpoint: string;
  readonly environment: Record<string, string>;
  /** The channel's record. */
  readonly channelTable: Table;
  /** What viewers report. */
  readonly insightsTable: Table;
  stop(): Promise<void>;
}

export async function startTables(): Promise<LocalTables> {
  const { endpoint, stop } = await startDynamoDb(readTables(await readTemplate()));
  const { region, credentials } = LOCAL_AWS;
  return {
    endpoint,
    environment: {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    },
    channelTable: openTable({ ...LOCAL_AWS, name: CHANNEL_TABLE, endpoint }),
    insightsTable: openTable({ ...LOCAL_AWS, name: INSIGHTS_TABLE, endpoint }),
    stop,
  };
}
