/** The whole of Shoal on one machine: what the template describes, behind one address, with an RTMP address for OBS. */

import { EventEmitter } from "node:events";
import type { TicketReply } from "../functions/edge/ticket.ts";
import type { ApiGatewayOptions } from "./api-gateway.ts";
import { functionOrigin } from "./cloudfront/function-origin.ts";
import { mediaOrigin } from "./cloudfront/media-origin.ts";
import { SignerFaults } from "./cloudfront/signer-faults.ts";
import { type CloudFront, startCloudFront } from "./cloudfront.ts";
import type { OnAir } from "./medialive/channel.ts";
import { type Egress, startEgress } from "./mediapackage/egress.ts";
import type { Packaging } from "./mediapackage/packaging.ts";
import type { StartOptions } from "./options.ts";
import type { RunningShoal } from "./running.ts";
import { reachableHosts } from "./shoal/addresses.ts";
import { type Backend, CHANNEL_ID, connectChannel, startBackend } from "./shoal/backend.ts";
import { environmentsFor, parametersFor } from "./shoal/choices.ts";
import { type Faults, faultsOf } from "./shoal/faults.ts";
import { type MediaFolder, openMediaFolder } from "./shoal/media-folder.ts";
import { openStream, readStreamSettings, type Stream } from "./shoal/stream.ts";
import { readDistribution } from "./template/distribution.ts";
import type { Status } from "./terminal/status-text.ts";

type ChannelChoices = Pick<
  StartOptions,
  | "rtmpPort"
  | "ladder"
  | "channelClass"
  | "stunServers"
  | "renditions"
  | "segmentSeconds"
  | "windowSeconds"
  | "sharing"
  | "testCard"
  | "mediaFolder"
>;

export interface ShoalOptions extends Partial<ChannelChoices> {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly streamKey: string;
  /** The seed of the keys that sign segments; a new one for each start if it isn't given. */
  readonly signingSeed?: string;
  /** False leaves out the channel (RTMP, encoder, stream), for tests of the rest. */
  readonly withChannel?: boolean;
  /** Values for the template's parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** The tracker serves any swarm and peer id, without limits over connections, as for measurements. */
  readonly isOpenTracker?: boolean;
  /** Shorter limits for the tracker's connections. */
  readonly limits?: ApiGatewayOptions["limits"];
}

export interface ShoalEvents {
  status: [Status];
  /** A sentence about something that happened. */
  notice: [string];
  /** A sentence about something that is wrong. */
  warning: [string];
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
    const backend = await startBackend({
      parameters: { ...options.parameters, ...parametersFor(options) },
      environments: environmentsFor(options),
      ...(options.signingSeed ? { signingSeed: options.signingSeed } : {}),
      ...(options.limits ? { limits: options.limits } : {}),
      onConnections: () => shoal?.update(),
      onLog: (functionId, line) => {
        if (!line.startsWith('{"_aws"')) events.emit("warning", `${functionId}: ${line}`);
      },
    });
    started.push(backend);
    const settings = readStreamSettings(backend.template, options);
    const { packaging } = settings;
    const folder = await openMediaFolder(options.mediaFolder);
    started.push({ stop: () => folder.remove() });
    const stream =
      options.withChannel === false
        ? undefined
        : await openStream({
            ...settings,
            mediaFolder: folder.path,
            rtmp: { host: options.host, port: options.rtmpPort ?? 0 },
            streamKey: options.streamKey,
            testCard: options.testCard ?? true,
            onPackagingFailure: (reason) => {
              events.emit("warning", `A segment could not be written: ${reason}`);
            },
          });
    if (stream) {
      started.push({ stop: () => stream.close() });
      connectChannel(stream.channel, backend);
    }
    const media = mediaOrigin(folder.path, packaging.segmentSeconds);
    const egress = await startEgress(media);
    started.push(egress);
    backend.lambda.configure("SignerFunction", { MEDIA_ORIGIN: egress.address });
    const signerFaults = new SignerFaults();
    const cloudfront = await startCloudFront({
      distribution: readDistribution(backend.template),
      origins: {
        pages: functionOrigin(backend.lambda, "SiteFunction"),
        media,
        signer: signerFaults.over(functionOrigin(backend.lambda, "SignerFunction")),
      },
      webSocketOrigins: { tracker: backend.gateway.address },
      host: options.host,
      port: options.port,
      onFailure: (sentence) => events.emit("warning", sentence),
    });
    started.push(cloudfront);
    const ticket = await getTicket(options.host, cloudfront.port);
    shoal = new Shoal({
      events,
      options,
      backend,
      packaging,
      folder,
      stream,
      egress,
      cloudfront,
      signerFaults,
      ticket,
    });
    // Not awaited: pages and tracker answer before the first segment is made.
    void stream?.channel.start();
    return shoal;
  } catch (error) {
    for (const part of started.reverse()) await part.stop();
    throw error;
  }
}

/** A ticket that lasts, for the addresses that are handed out here. */
async function getTicket(host: string, port: number): Promise<string> {
  const [reachable = "localhost"] = reachableHosts(host);
  const response = await fetch(`http://${reachable}:${port}/ticket?lasting=1`);
  return ((await response.json()) as TicketReply).ticket;
}

interface Parts {
  readonly events: EventEmitter<ShoalEvents>;
  readonly options: ShoalOptions;
  readonly backend: Backend;
  readonly packaging: Packaging;
  readonly folder: MediaFolder;
  readonly stream: Stream | undefined;
  readonly egress: Egress;
  readonly cloudfront: CloudFront;
  readonly ticket: string;
  readonly signerFaults: SignerFaults;
}

export class Shoal {
  readonly events: EventEmitter<ShoalEvents>;
  readonly faults: Faults;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.events = parts.events;
    this.faults = faultsOf(parts.backend, parts.cloudfront, parts.signerFaults);
    const channel = parts.stream?.channel;
    channel?.on("onAir", () => this.update());
    channel?.on("state", () => this.update());
    channel?.on("publisherRefused", ({ address, reason }) => {
      this.events.emit("warning", `A publisher at ${address} was refused: ${reason}`);
    });
    channel?.on("publisherLeft", ({ address, reason }) => {
      this.events.emit("notice", `The publisher at ${address} left: ${reason}`);
    });
    channel?.on("encoderRestarted", ({ reason }) => {
      this.events.emit("warning", `The encoder ended and was started again: ${reason}`);
    });
  }

  /** The player's address on this machine; every other path is below it. */
  get url(): string {
    const [host = "localhost"] = reachableHosts(this.#parts.options.host);
    return `http://${host}:${this.#parts.cloudfront.port}/`;
  }

  /** Path of the multivariant playlist, also below the media folder. */
  get hlsPath(): string {
    const { path, hls } = this.#parts.packaging;
    return `/${path}/${hls.manifestName}.m3u8`;
  }

  /** The player's address with a ticket in it, for what can't get one by itself: stream and tracker are below it. */
  get ticketedUrl(): string {
    return `${this.url}t/${this.#parts.ticket}`;
  }

  get hlsUrl(): string {
    return this.ticketedUrl + this.hlsPath;
  }

  get trackerUrl(): string {
    return `${this.ticketedUrl.replace(/^http/, "ws")}/tracker`;
  }

  get rtmpPort(): number {
    return this.#parts.stream?.channel.rtmpPort ?? 0;
  }

  /** Of a standard channel's second pipeline; null when there is only one. */
  get rtmpBackupPort(): number | null {
    return this.#parts.stream?.channel.rtmpBackupPort ?? null;
  }

  get mediaFolder(): string {
    return this.#parts.folder.path;
  }

  get status(): Status {
    const { options, stream, backend, cloudfront } = this.#parts;
    const hosts = reachableHosts(options.host);
    return {
      playerUrls: hosts.map((host) => `http://${host}:${cloudfront.port}/`),
      rtmp: {
        server: `rtmp://${hosts[0]}:${this.rtmpPort}/live`,
        backupServer: this.rtmpBackupPort === null ? null : `rtmp://${hosts[0]}:${this.rtmpBackupPort}/live`,
        streamKey: options.streamKey,
      },
      channelState: stream?.channel.state ?? null,
      onAir: stream?.channel.onAir ?? NOTHING_ON_AIR,
      viewers: backend.gateway.connectionCount,
    };
  }

  /** What `npm run live -- … --local` needs to know. */
  get running(): RunningShoal {
    const { backend } = this.#parts;
    const { rtmp } = this.status;
    return {
      channelId: CHANNEL_ID,
      playerUrl: this.url,
      rtmpServer: rtmp.server,
      rtmpStreamKey: rtmp.streamKey,
      ...(rtmp.backupServer === null ? {} : { rtmpBackupServer: rtmp.backupServer }),
      mediaLiveEndpoint: backend.mediaLive.endpoint,
      cloudWatchEndpoint: backend.cloudWatch.endpoint,
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

  /** How often each function was invoked. */
  get invocations(): Readonly<Record<string, number>> {
    return this.#parts.backend.lambda.invocations;
  }

  /** Emits the current status. */
  update(): void {
    this.events.emit("status", this.status);
  }

  /** Ends everything, and removes the media folder if it is a temporary one. */
  async stop(): Promise<void> {
    const { backend, folder, stream, egress, cloudfront } = this.#parts;
    this.events.removeAllListeners();
    await Promise.all([cloudfront.stop(), stream?.close(), backend.stop(), egress.stop()]);
    folder.remove();
  }
}
