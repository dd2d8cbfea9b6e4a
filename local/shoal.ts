/** The whole of Shoal on one machine: what the template describes, behind one address, with an address for OBS. */

import { randomBytes } from "node:crypto";
import { EventEmitter } from "node:events";
import { makeStudioLink } from "../functions/record/access.ts";
import { openTable } from "../functions/record/dynamodb.ts";
import { hashOf } from "../functions/tickets/password.ts";
import type { ApiGatewayOptions } from "./api-gateway.ts";
import { LOCAL_AWS } from "./aws-settings.ts";
import { type CloudFormation, startCloudFormation } from "./cloudformation.ts";
import { functionOrigin } from "./cloudfront/function-origin.ts";
import { mediaOrigin } from "./cloudfront/media-origin.ts";
import { SignerFaults } from "./cloudfront/signer-faults.ts";
import { type CloudFront, startCloudFront } from "./cloudfront.ts";
import { type LocalInsights, startInsights } from "./insights.ts";
import type { OnAir } from "./medialive/channel.ts";
import type { EncoderSettings } from "./medialive/encoder-settings.ts";
import type { ReceiveSrt } from "./medialive/ingest/srt-messages.ts";
import { type Egress, startEgress } from "./mediapackage/egress.ts";
import type { Packaging } from "./mediapackage/packaging.ts";
import type { StartOptions } from "./options.ts";
import type { RunningShoal } from "./running.ts";
import { Access } from "./shoal/access.ts";
import { reachableHosts } from "./shoal/addresses.ts";
import { type Backend, CHANNEL_ID, connectChannel, startBackend } from "./shoal/backend.ts";
import { environmentsFor, parametersFor } from "./shoal/choices.ts";
import { type Faults, faultsOf } from "./shoal/faults.ts";
import { type MediaFolder, openMediaFolder } from "./shoal/media-folder.ts";
import { builtPages, withPages } from "./shoal/pages.ts";
import { type LocalRehearsals, startRehearsals } from "./shoal/rehearsals.ts";
import { runSchedules, type Schedules } from "./shoal/schedules.ts";
import { openStream, readStreamSettings, type Stream } from "./shoal/stream.ts";
import { obsSettings, publisherAt, srtOf } from "./shoal/way-in.ts";
import { readDistribution } from "./template/distribution.ts";
import type { Status } from "./terminal/status-text.ts";

type ChannelChoices = Pick<
  StartOptions,
  | "ingest"
  | "rtmpPort"
  | "srtPort"
  | "ladder"
  | "channelClass"
  | "stunServers"
  | "renditions"
  | "segmentSeconds"
  | "windowSeconds"
  | "sharing"
  | "isPrivate"
  | "password"
  | "testCard"
  | "mediaFolder"
  | "rawReports"
>;

export interface ShoalOptions extends Partial<ChannelChoices> {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly streamKey: string;
  /** The passphrase by which SRT is encrypted; a new one for each start if it isn't given. */
  readonly srtPassphrase?: string;
  /** The seed of the keys that sign segments; a new one for each start if it isn't given. */
  readonly signingSeed?: string;
  /** False leaves out the channel (RTMP, encoder, stream), for tests of the rest. */
  readonly withChannel?: boolean;
  /** Values for the template's parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** The tracker serves any swarm and peer id, without limits over connections, as for measurements. */
  readonly isOpenTracker?: boolean;
  /** How long a rehearsal's viewers watch, if not for the usual time. */
  readonly rehearsalSeconds?: number;
  /** Shorter limits for the tracker's connections. */
  readonly limits?: ApiGatewayOptions["limits"];
}

export interface ShoalEvents {
  status: [Status];
  /** A sentence about something that happened. */
  notice: [string];
  /** A sentence about something that is wrong. */
  warning: [string];
  /** The stream key was changed to this one. */
  streamKey: [string];
}

const NOTHING_ON_AIR: OnAir = {
  source: "nothing",
  address: null,
  video: null,
  audio: null,
  bitsPerSecond: 0,
};

/**
 * Starts everything. Rejects with a UsageError for an invalid option, with the system's error when a port is taken.
 * What was started by then is stopped.
 */
export async function startShoal(options: ShoalOptions): Promise<Shoal> {
  const started: { stop(): unknown }[] = [];
  const events = new EventEmitter<ShoalEvents>();
  let shoal: Shoal | undefined;
  try {
    const passwordHash = options.password && (await hashOf(options.password, randomBytes(16)));
    const backend = await startBackend({
      parameters: { ...options.parameters, ...parametersFor({ ...options, passwordHash }) },
      environments: environmentsFor(options),
      rawReports: options.rawReports,
      ...(options.signingSeed ? { signingSeed: options.signingSeed } : {}),
      ...(options.limits ? { limits: options.limits } : {}),
      onConnections: () => shoal?.update(),
      onMail: (subject, message) => {
        events.emit(
          "notice",
          `In the cloud an e-mail would say: ${subject}\n${message.replace(/^/gm, "  ")}`,
        );
      },
      onLog: (functionId, line) => {
        if (!line.startsWith('{"_aws"')) events.emit("warning", `${functionId}: ${line}`);
      },
    });
    started.push(backend);
    const settings = readStreamSettings(backend.template, options);
    const { packaging } = settings;
    const folder = await openMediaFolder(options.mediaFolder);
    started.push({ stop: () => folder.remove() });
    const srt = srtOf(backend.template, options);
    const stream =
      options.withChannel === false
        ? undefined
        : await openStream({
            ...settings,
            mediaFolder: folder.path,
            rtmp: { host: options.host, port: options.rtmpPort ?? 0 },
            streamKey: options.streamKey,
            srt,
            testCard: options.testCard ?? true,
            onPackagingFailure: (reason) => {
              backend.metrics.countPackagingFailure();
              events.emit("warning", `A segment could not be written: ${reason}`);
            },
            onSegment: () => backend.metrics.countSegment(),
          });
    let schedules: Schedules | undefined;
    if (stream) {
      started.push({ stop: () => stream.close() });
      const [host = "localhost"] = reachableHosts(options.host);
      connectChannel(stream.channel, backend, host, (key) => {
        events.emit("streamKey", key);
        shoal?.update();
      });
      const { height, maxBitsPerSecond } = settings.encoder.video[0];
      backend.lambda.configure("ChannelHealthFunction", {
        TOP_BITS_PER_SECOND: String(maxBitsPerSecond),
        TOP_HEIGHT: String(height),
      });
      schedules = runSchedules(backend.template, backend.lambda);
      started.push(schedules);
    }
    const media = mediaOrigin(folder.path, packaging.segmentSeconds);
    const egress = await startEgress(media);
    started.push(egress);
    backend.lambda.configure("SignerFunction", { MEDIA_ORIGIN: egress.address });
    const signerFaults = new SignerFaults();
    const pages = builtPages();
    const cloudfront = await startCloudFront({
      distribution: withPages(readDistribution(backend.template), pages),
      origins: {
        pages: functionOrigin(backend.lambda, "SiteFunction"),
        tickets: functionOrigin(backend.lambda, "TicketsFunction"),
        reports: functionOrigin(backend.lambda, "InsightsReportsFunction"),
        studio: functionOrigin(backend.lambda, "StudioFunction"),
        media,
        signer: signerFaults.over(functionOrigin(backend.lambda, "SignerFunction")),
      },
      webSocketOrigins: { tracker: backend.gateway.address },
      host: options.host,
      port: options.port,
      onFailure: (sentence) => events.emit("warning", sentence),
      onAnswer: (statusCode) => backend.metrics.countAnswer(statusCode),
    });
    started.push(cloudfront);
    const access = new Access(addressOf(options.host, cloudfront.port), backend, cloudfront, pages);
    await access.takeTicket();
    const cloudFormation = await startCloudFormation(access);
    started.push(cloudFormation);
    const { endpoint } = backend.dynamoDb;
    const insights = await startInsights(openTable({ ...LOCAL_AWS, name: backend.insightsTable, endpoint }));
    started.push(insights);
    const rehearsals = await startRehearsals(() => (shoal as Shoal).running, options.rehearsalSeconds);
    started.push(rehearsals);
    backend.lambda.configure("StudioFunction", { REHEARSALS: rehearsals.address });
    shoal = new Shoal({
      events,
      options,
      backend,
      packaging,
      top: settings.encoder.video[0],
      folder,
      stream,
      schedules,
      srt,
      egress,
      cloudfront,
      signerFaults,
      access,
      cloudFormation,
      insights,
      rehearsals,
    });
    // Not awaited: pages and tracker answer before the first segment is made.
    void stream?.channel.start();
    return shoal;
  } catch (error) {
    for (const part of started.reverse()) await part.stop();
    throw error;
  }
}

function addressOf(host: string, port: number): string {
  const [reachable = "localhost"] = reachableHosts(host);
  return `http://${reachable}:${port}/`;
}

interface Parts {
  readonly events: EventEmitter<ShoalEvents>;
  readonly options: ShoalOptions;
  readonly backend: Backend;
  readonly packaging: Packaging;
  readonly top: EncoderSettings["video"][0];
  readonly folder: MediaFolder;
  readonly stream: Stream | undefined;
  readonly schedules: Schedules | undefined;
  readonly srt: ReceiveSrt | undefined;
  readonly egress: Egress;
  readonly cloudfront: CloudFront;
  readonly signerFaults: SignerFaults;
  readonly access: Access;
  readonly cloudFormation: CloudFormation;
  readonly insights: LocalInsights;
  readonly rehearsals: LocalRehearsals;
}

export class Shoal {
  readonly events: EventEmitter<ShoalEvents>;
  readonly faults: Faults;
  readonly access: Access;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.events = parts.events;
    this.faults = faultsOf(parts.backend, parts.cloudfront, parts.signerFaults);
    this.access = parts.access;
    const channel = parts.stream?.channel;
    channel?.on("onAir", () => this.update());
    channel?.on("state", () => this.update());
    channel?.on("publisherRefused", ({ address, reason }) => {
      this.events.emit("warning", `A ${publisherAt(address)} was refused: ${reason}`);
    });
    channel?.on("publisherLeft", ({ address, reason }) => {
      this.events.emit("notice", `The ${publisherAt(address)} left: ${reason}`);
    });
    channel?.on("encoderRestarted", ({ reason }) => {
      this.events.emit("warning", `The encoder ended and was started again: ${reason}`);
    });
  }

  /** The player's address on this machine; every other path is below it. */
  get url(): string {
    return addressOf(this.#parts.options.host, this.#parts.cloudfront.port);
  }

  /** Path of the multivariant playlist, also below the media folder. */
  get hlsPath(): string {
    const { path, hls } = this.#parts.packaging;
    return `/${path}/${hls.manifestName}.m3u8`;
  }

  /** The player's address with a ticket in it, for what can't get one by itself: stream and tracker are below it. */
  get ticketedUrl(): string {
    return `${this.url}t/${this.access.ticket}`;
  }

  get hlsUrl(): string {
    return this.ticketedUrl + this.hlsPath;
  }

  get trackerUrl(): string {
    return `${this.ticketedUrl.replace(/^http/, "ws")}/tracker`;
  }

  get ingestPort(): number {
    return this.#parts.stream?.channel.ingestPort ?? 0;
  }

  get mediaFolder(): string {
    return this.#parts.folder.path;
  }

  get status(): Status {
    const { options, stream, srt, backend, cloudfront } = this.#parts;
    const hosts = reachableHosts(options.host);
    return {
      playerUrls: hosts.map((host) => `http://${host}:${cloudfront.port}/`),
      obs: obsSettings(hosts[0] ?? "localhost", options.streamKey, srt, stream?.channel),
      channelState: stream?.channel.state ?? null,
      onAir: stream?.channel.onAir ?? NOTHING_ON_AIR,
      viewers: backend.gateway.connectionCount,
    };
  }

  /** What `npm run live -- … --local` needs to know. */
  get running(): RunningShoal {
    const { backend, options } = this.#parts;
    const { obs } = this.status;
    return {
      channelId: CHANNEL_ID,
      playerUrl: this.url,
      ingestServer: obs.server,
      ...(obs.backupServer === null ? {} : { backupIngestServer: obs.backupServer }),
      mediaLiveEndpoint: backend.mediaLive.endpoint,
      cloudWatchEndpoint: backend.cloudWatch.endpoint,
      cloudFormationEndpoint: this.#parts.cloudFormation.endpoint,
      linkKey: backend.linkKey,
      isPrivate: options.isPrivate ?? false,
      dynamoDbEndpoint: backend.dynamoDb.endpoint,
      channelTable: backend.channelTable,
      megabitsPerSecond: this.#parts.top.maxBitsPerSecond / 1_000_000,
      height: this.#parts.top.height,
    };
  }

  /** Changes the key that signs segments to the next one, as a deployment with a higher SigningKey does. */
  changeSigningKey(): void {
    this.#parts.backend.signingKey.change(this.#parts.backend.lambda);
  }

  /** Invokes one of the template's functions with an event, as AWS would. Returns its answer. */
  invoke(functionId: string, event: unknown): Promise<unknown> {
    return this.#parts.backend.lambda.invoke(functionId, event);
  }

  /** Moves EventBridge Scheduler's clock to this moment; what is due by then has run when it resolves. */
  passTimeUntil(epochMilliseconds: number): Promise<void> {
    return this.#parts.backend.scheduler.passUntil(epochMilliseconds);
  }

  /** How often each function was invoked. */
  get invocations(): Readonly<Record<string, number>> {
    return this.#parts.backend.lambda.invocations;
  }

  /** How many requests DynamoDB had of each operation. */
  get tableRequests(): Readonly<Record<string, number>> {
    return { ...this.#parts.backend.dynamoDb.requests };
  }

  /** The newest figures of what viewers report, as OpenMetrics. */
  get metricsUrl(): string {
    return this.#parts.insights.metricsAddress;
  }

  /** A link to the studio for an owner, good for once and ten minutes. */
  async makeStudioLink(): Promise<string> {
    const { backend } = this.#parts;
    const { endpoint } = backend.dynamoDb;
    const table = openTable({ ...LOCAL_AWS, name: backend.channelTable, endpoint });
    return makeStudioLink(table, backend.linkKey, this.url);
  }

  /** Emits the current status. */
  update(): void {
    this.events.emit("status", this.status);
  }

  /** Ends everything, and removes the media folder if it is a temporary one. */
  async stop(): Promise<void> {
    const { backend, folder, stream, schedules, egress, cloudfront } = this.#parts;
    const { cloudFormation, insights, rehearsals } = this.#parts;
    this.events.removeAllListeners();
    schedules?.stop();
    await Promise.all([
      cloudfront.stop(),
      insights.stop(),
      rehearsals.stop(),
      stream?.close(),
      backend.stop(),
      egress.stop(),
      cloudFormation.stop(),
    ]);
    folder.remove();
  }
}
