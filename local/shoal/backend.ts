/**
 * Starts what answers viewers and functions, as in the cloud: the functions, the WebSocket API, tables and service
 * APIs.
 */

import { randomBytes } from "node:crypto";
import { type ApiGateway, type ApiGatewayOptions, startApiGateway } from "../api-gateway.ts";
import { LOCAL_AWS } from "../aws-settings.ts";
import { type CloudWatch, startCloudWatch } from "../cloudwatch.ts";
import { type DynamoDb, startDynamoDb } from "../dynamodb.ts";
import { EventBridge } from "../eventbridge.ts";
import { Lambda, type LambdaOptions } from "../lambda.ts";
import { alertsOn } from "../medialive/alerts.ts";
import type { Channel } from "../medialive/channel.ts";
import { type ControlApi, startControlApi } from "../medialive/control-api.ts";
import { startS3 } from "../s3.ts";
import { Scheduler } from "../scheduler.ts";
import { startSns } from "../sns.ts";
import { readFunction } from "../template/functions.ts";
import { readTables } from "../template/tables.ts";
import { readWebSocketApi } from "../template/websocket-api.ts";
import { readTemplate, type Template, type TemplateOptions } from "../template.ts";
import { tellEventBridge } from "./channel-events.ts";
import { ChannelMetrics } from "./channel-metrics.ts";
import { SigningKey } from "./signing-key.ts";

export interface BackendOptions {
  readonly parameters?: TemplateOptions["parameters"];
  /** What `GetAtt` gives. Secrets that aren't among it are generated. */
  readonly attributes?: TemplateOptions["attributes"];
  /** The seed of the keys that sign segments; generated if it isn't given. */
  readonly signingSeed?: string;
  /** The folder that stands for the bucket of raw reports; without one there is no bucket. */
  readonly rawReports?: string | undefined;
  /** Environment variables whose values replace the template's, by function. */
  readonly environments?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly limits?: ApiGatewayOptions["limits"];
  readonly onConnections?: ApiGatewayOptions["onConnections"];
  readonly onLog?: LambdaOptions["onLog"];
  /** Gets what would be sent by e-mail. */
  readonly onMail?: (subject: string, message: string) => void;
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
  readonly metrics: ChannelMetrics;
  readonly eventBridge: EventBridge;
  readonly scheduler: Scheduler;
  readonly signingKey: SigningKey;
  /** Signs personal links. */
  readonly linkKey: string;
  /** The template once more, with other values for some parameters, as a deployment changes them. */
  evaluate(parameters: TemplateOptions["parameters"]): Promise<Template>;
  /** Name of the channel's record in DynamoDB. */
  readonly channelTable: string;
  /** Name of the table of what viewers report. */
  readonly insightsTable: string;
  stop(): Promise<void>;
}

/** The id under which functions find the channel, in the shape of MediaLive's. */
export const CHANNEL_ID = "1000001";

const INPUT_ID = "2000001";
/** Likewise CloudFront's. */
const DISTRIBUTION_ID = "E0000000000000";

const REPORTS_BUCKET = "shoal-reports";

const CHANNEL_ARN = `arn:aws:medialive:us-east-1:000000000000:channel:${CHANNEL_ID}`;

export async function startBackend(options: BackendOptions = {}): Promise<Backend> {
  const { environments = {}, signingSeed = randomBytes(16).toString("hex"), rawReports } = options;
  // Nothing here deletes what is old, so it doesn't matter how many days.
  const parameters = { ...options.parameters, RawReportDays: rawReports === undefined ? "0" : "1" };
  const declared = await readTemplate({ parameters });
  const tables = readTables(declared);
  const keyNumber = declared.resource("SigningKeys").properties.at("Number").number();
  const signingKey = new SigningKey(signingSeed, keyNumber);
  const linkKey = randomBytes(16).toString("hex");
  const resolved = {
    refs: {
      LiveChannel: CHANNEL_ID,
      LiveInput: INPUT_ID,
      SrtInput: INPUT_ID,
      Distribution: DISTRIBUTION_ID,
      ReportsBucket: REPORTS_BUCKET,
      ...Object.fromEntries(tables.map(({ id, create }) => [id, create.TableName ?? id])),
    },
    attributes: {
      "OriginSecret.Value": randomBytes(16).toString("hex"),
      "OriginSecret.Previous": "",
      "AddressSalt.Value": randomBytes(16).toString("hex"),
      "TicketKey.Value": randomBytes(16).toString("hex"),
      "TicketKey.Previous": "",
      "SessionKey.Value": randomBytes(16).toString("hex"),
      "SessionKey.Previous": "",
      "SwarmSecret.Value": randomBytes(16).toString("hex"),
      "LinkKey.Value": linkKey,
      "LiveChannel.Arn": CHANNEL_ARN,
      ...signingKey.attributes,
      ...options.attributes,
    },
  };
  const evaluate: Backend["evaluate"] = (changed) =>
    readTemplate({ ...resolved, parameters: { ...parameters, ...changed } });
  const template = await evaluate({});
  const [dynamoDb, mediaLive, cloudWatch, sns, s3] = await Promise.all([
    startDynamoDb(tables),
    startControlApi(),
    startCloudWatch(),
    startSns(options.onMail ?? (() => {})),
    rawReports === undefined ? null : startS3(rawReports),
  ]);
  const gateway = await startApiGateway({
    api: readWebSocketApi(template, "TrackerApi"),
    // The gateway invokes functions, and functions need the gateway's endpoint.
    lambda: { invoke: (functionId, event) => lambda.invoke(functionId, event) },
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.onConnections ? { onConnections: options.onConnections } : {}),
  });
  const lambda = new Lambda({
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
      AWS_ENDPOINT_URL_SNS: sns.endpoint,
      ...(s3 && { AWS_ENDPOINT_URL_S3: s3.endpoint }),
      AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: gateway.managementEndpoint,
    },
    ...(options.onLog ? { onLog: options.onLog } : {}),
  });
  const scheduler = new Scheduler(template, lambda);
  return {
    template,
    scheduler,
    lambda,
    gateway,
    dynamoDb,
    mediaLive,
    cloudWatch,
    metrics: new ChannelMetrics(cloudWatch, {
      channelId: CHANNEL_ID,
      channelGroup: template.resource("PackageGroup").properties.at("ChannelGroupName").text(),
      distributionId: DISTRIBUTION_ID,
    }),
    signingKey,
    linkKey,
    evaluate,
    eventBridge: new EventBridge(template, lambda),
    channelTable: readFunction(template, "SiteFunction").environment["CHANNEL_TABLE"] ?? "",
    insightsTable: readFunction(template, "SiteFunction").environment["INSIGHTS_TABLE"] ?? "",
    stop: async () => {
      scheduler.stop();
      const services = [gateway, lambda, dynamoDb, mediaLive, cloudWatch, sns, ...(s3 ? [s3] : [])];
      await Promise.all(services.map((service) => service.stop()));
    },
  };
}

/**
 * Makes the channel known to MediaLive's API, its metrics to CloudWatch, and its events to EventBridge. `host` is where
 * publishers reach it; `onStreamKey` is told of another key.
 */
export function connectChannel(
  channel: Channel,
  backend: Backend,
  host: string,
  onStreamKey: (key: string) => void,
): void {
  const { template, mediaLive, metrics, eventBridge } = backend;
  tellEventBridge(channel, CHANNEL_ARN, eventBridge);
  const { properties } = template.resource("LiveChannel");
  const tags = properties.at("Tags").entries();
  mediaLive.add({
    id: CHANNEL_ID,
    name: properties.at("Name").text(),
    tags: Object.fromEntries(tags.map(([name, value]) => [name, value.text()])),
    channelClass: properties.at("ChannelClass").text(),
    channel: {
      get state() {
        return channel.state;
      },
      get alerts() {
        return alertsOn(channel.onAir, metrics.isOutputFailing);
      },
      start: () => channel.start(),
      stop: () => channel.stop(),
      thumbnail: (pipeline) => channel.thumbnail(pipeline),
    },
    input: {
      id: INPUT_ID,
      get addresses() {
        if (template.holds("IsSrt")) return [`srt://${host}:${channel.ingestPort}`];
        const ports = [channel.ingestPort, channel.backupIngestPort ?? []].flat();
        return ports.map((port) => `rtmp://${host}:${port}/live/${channel.streamKey}`);
      },
      // All of an input's destinations have the same key.
      rename: ([name = ""]) => {
        channel.changeStreamKey(name.slice(name.indexOf("/") + 1));
        onStreamKey(channel.streamKey);
      },
    },
  });
  metrics.follow(channel);
}
