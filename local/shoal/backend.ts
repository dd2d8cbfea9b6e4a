/**
 * Starts what answers viewers and functions, as in the cloud: the functions, the WebSocket API, tables and service
 * APIs.
 */

import { randomBytes } from "node:crypto";
import { type ApiGateway, type ApiGatewayOptions, startApiGateway } from "../api-gateway.ts";
import { LOCAL_AWS } from "../aws-settings.ts";
import { type CloudWatch, startCloudWatch } from "../cloudwatch.ts";
import { type DynamoDb, startDynamoDb } from "../dynamodb.ts";
import { Lambda, type LambdaOptions } from "../lambda.ts";
import type { Channel } from "../medialive/channel.ts";
import { type ControlApi, startControlApi } from "../medialive/control-api.ts";
import { readFunction } from "../template/functions.ts";
import { readTables } from "../template/tables.ts";
import { readWebSocketApi } from "../template/websocket-api.ts";
import { readTemplate, type Template, type TemplateOptions } from "../template.ts";
import { SigningKey } from "./signing-key.ts";

export interface BackendOptions {
  readonly parameters?: TemplateOptions["parameters"];
  /** What `GetAtt` gives. Secrets that aren't among it are generated. */
  readonly attributes?: TemplateOptions["attributes"];
  /** The seed of the keys that sign segments; generated if it isn't given. */
  readonly signingSeed?: string;
  /** Environment variables whose values replace the template's, by function. */
  readonly environments?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly limits?: ApiGatewayOptions["limits"];
  readonly onConnections?: ApiGatewayOptions["onConnections"];
  readonly onLog?: LambdaOptions["onLog"];
}

export interface Backend {
  /** The template, with references to what exists on this machine resolved. */
  readonly template: Template;
  readonly lambda: Lambda;
  readonly gateway: ApiGateway;
  readonly dynamoDb: DynamoDb;
  /** MediaLive's API, still without a channel. */
  readonly mediaLive: ControlApi;
  readonly cloudWatch: CloudWatch;
  readonly signingKey: SigningKey;
  stop(): Promise<void>;
}

/** The id under which functions find the channel, in the shape of MediaLive's. */
export const CHANNEL_ID = "1000001";

export async function startBackend(options: BackendOptions = {}): Promise<Backend> {
  const { parameters = {}, environments = {}, signingSeed = randomBytes(16).toString("hex") } = options;
  const declared = await readTemplate({ parameters });
  const tables = readTables(declared);
  const keyNumber = declared.resource("SigningKeys").properties.at("Number").number();
  const signingKey = new SigningKey(signingSeed, keyNumber);
  const template = await readTemplate({
    parameters,
    refs: {
      LiveChannel: CHANNEL_ID,
      ...Object.fromEntries(tables.map(({ id, create }) => [id, create.TableName ?? id])),
    },
    attributes: {
      "OriginSecret.Value": randomBytes(16).toString("hex"),
      "OriginSecret.Previous": "",
      "AddressSalt.Value": randomBytes(16).toString("hex"),
      "TicketKey.Value": randomBytes(16).toString("hex"),
      "TicketKey.Previous": "",
      "SwarmSecret.Value": randomBytes(16).toString("hex"),
      ...signingKey.attributes,
      ...options.attributes,
    },
  });
  const [dynamoDb, mediaLive, cloudWatch] = await Promise.all([
    startDynamoDb(tables),
    startControlApi(),
    startCloudWatch(),
  ]);
  const gateway = await startApiGateway({
    api: readWebSocketApi(template, "TrackerApi"),
    // The gateway invokes functions, and functions need the gateway's endpoint.
    lambda: { invoke: (functionId, event) => lambda.invoke(functionId, event) },
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.onConnections ? { onConnections: options.onConnections } : {}),
  });
  const lambda = new Lambda({
    // All of them can be invoked, but schedules don't run: a channel on this machine costs nothing while it is idle, so
    // auto-stop must not take the test card off the air after AutoStopMinutes without a publisher.
    functions: template.resourcesOf("AWS::Serverless::Function").map(({ id }) => {
      const settings = readFunction(template, id);
      return { ...settings, environment: { ...settings.environment, ...environments[id] } };
    }),
    environment: {
      AWS_REGION: LOCAL_AWS.region,
      AWS_ACCESS_KEY_ID: LOCAL_AWS.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: LOCAL_AWS.credentials.secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
      AWS_ENDPOINT_URL_MEDIALIVE: mediaLive.endpoint,
      AWS_ENDPOINT_URL_CLOUDWATCH: cloudWatch.endpoint,
      AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: gateway.managementEndpoint,
    },
    ...(options.onLog ? { onLog: options.onLog } : {}),
  });
  return {
    template,
    lambda,
    gateway,
    dynamoDb,
    mediaLive,
    cloudWatch,
    signingKey,
    stop: async () => {
      await Promise.all([gateway, lambda, dynamoDb, mediaLive, cloudWatch].map((service) => service.stop()));
    },
  };
}

/** Makes the channel known to MediaLive's API, and its metrics to CloudWatch, as MediaLive reports them. */
export function connectChannel(channel: Channel, { template, mediaLive, cloudWatch }: Backend): void {
  const { properties } = template.resource("LiveChannel");
  const tags = properties.at("Tags").entries();
  mediaLive.add({
    id: CHANNEL_ID,
    name: properties.at("Name").text(),
    tags: Object.fromEntries(tags.map(([name, value]) => [name, value.text()])),
    channelClass: properties.at("ChannelClass").text(),
    channel,
  });
  channel.on("metrics", (values, pipeline) => {
    const dimensions = { ChannelId: CHANNEL_ID, Pipeline: String(pipeline) };
    for (const [name, value] of Object.entries(values)) {
      cloudWatch.record({ namespace: "AWS/MediaLive", name, dimensions }, value, Date.now() / 1000);
    }
  });
}
