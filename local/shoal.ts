// The whole of Shoal on one machine: what the template describes, behind one address, with an RTMP address for OBS.

import { EventEmitter } from "node:events";
import type { ApiGatewayOptions } from "./api-gateway.ts";
import { functionOrigin } from "./cloudfront/function-origin.ts";
import { mediaOrigin } from "./cloudfront/media-origin.ts";
import { type CloudFront, startCloudFront } from "./cloudfront.ts";
import type { Channel, OnAir } from "./medialive/channel.ts";
import { type EncoderSettings, keepRenditions, parseEncoderSettings } from "./medialive/encoder-settings.ts";
import { startChannel } from "./medialive.ts";
import { type Packaging, parsePackaging } from "./mediapackage/packaging.ts";
import { type StartOptions, UsageError } from "./options.ts";
import { reachableHosts } from "./shoal/addresses.ts";
import { type Backend, startBackend } from "./shoal/backend.ts";
import { type MediaFolder, openMediaFolder } from "./shoal/media-folder.ts";
import { readDistribution } from "./template/distribution.ts";
import type { Template } from "./template.ts";
import type { Status } from "./terminal/words.ts";

type ChannelChoices = Pick<
  StartOptions,
  "rtmpPort" | "ladder" | "renditions" | "segmentSeconds" | "windowSeconds" | "testCard" | "mediaFolder"
>;

export interface ShoalOptions extends Partial<ChannelChoices> {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly streamKey: string;
  /** Without it there is no channel: no RTMP, no encoder, no stream. For tests that look at the rest. */
  readonly withChannel?: boolean;
  /** Values for the template's parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Shorter limits for the tracker's connections. */
  readonly limits?: ApiGatewayOptions["limits"];
}

export interface ShoalEvents {
  status: [Status];
  /** Something happened that a person may want to know, in a sentence. */
  notice: [string];
  /** Something is wrong, in a sentence. */
  warning: [string];
}

/** Something that can be made to fail and to work again. */
export interface Fault {
  begin(): Promise<void>;
  end(): Promise<void>;
}

const NOTHING_ON_AIR: OnAir = {
  source: "nothing",
  address: null,
  video: null,
  audio: null,
  bitsPerSecond: 0,
};

/**
 * What is different on one machine. Viewers in one network need no STUN server, and asking one that can't be reached
 * holds each connection up for seconds. And this machine goes by more names than an origin check could list.
 */
const LOCAL_ENVIRONMENTS = {
  SiteFunction: { STUN_SERVERS: "" },
  TrackerAuthorizerFunction: { PAGE_ORIGINS: "*" },
};

/**
 * Starts everything. Rejects with a UsageError when an option can't be, with the system's error when a port is taken;
 * what was started until then is stopped.
 */
export async function startShoal(options: ShoalOptions): Promise<Shoal> {
  const started: { stop(): unknown }[] = [];
  const events = new EventEmitter<ShoalEvents>();
  let shoal: Shoal | undefined;
  try {
    const backend = await startBackend({
      parameters: { ...options.parameters, ...(options.ladder ? { Ladder: options.ladder } : {}) },
      environments: LOCAL_ENVIRONMENTS,
      ...(options.limits ? { limits: options.limits } : {}),
      onConnections: () => shoal?.update(),
      onLog: (functionId, line) => {
        if (!line.startsWith('{"_aws"')) events.emit("warning", `${functionId}: ${line}`);
      },
    });
    started.push(backend);
    const packaging = readPackaging(backend.template, options);
    const folder = await openMediaFolder(options.mediaFolder);
    started.push({ stop: () => folder.remove() });
    const channel =
      options.withChannel === false
        ? undefined
        : await openChannel(options, backend.template, packaging, folder);
    if (channel) started.push(channel);
    const cloudfront = await startCloudFront({
      distribution: readDistribution(backend.template),
      origins: {
        pages: functionOrigin(backend.lambda, "SiteFunction"),
        media: mediaOrigin(folder.path, packaging.segmentSeconds),
      },
      webSocketOrigins: { tracker: backend.gateway.address },
      host: options.host,
      port: options.port,
      onFailure: (sentence) => events.emit("warning", sentence),
    });
    started.push(cloudfront);
    shoal = new Shoal({ events, options, backend, packaging, folder, channel, cloudfront });
    return shoal;
  } catch (error) {
    for (const part of started.reverse()) await part.stop();
    throw error;
  }
}

interface Parts {
  readonly events: EventEmitter<ShoalEvents>;
  readonly options: ShoalOptions;
  readonly backend: Backend;
  readonly packaging: Packaging;
  readonly folder: MediaFolder;
  readonly channel: Channel | undefined;
  readonly cloudfront: CloudFront;
}

export class Shoal {
  readonly events: EventEmitter<ShoalEvents>;
  /** Each breaks what it names for everybody, and mends it. `cdn` is the stream; pages stay. */
  readonly faults: Readonly<Record<"database" | "tracker" | "cdn", Fault>>;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.events = parts.events;
    const { backend, channel, cloudfront } = parts;
    const cut = (originId: string): Fault => ({
      begin: async () => cloudfront.cutOff(originId),
      end: async () => cloudfront.restore(originId),
    });
    this.faults = {
      database: { begin: () => backend.dynamoDb.goAway(), end: () => backend.dynamoDb.comeBack() },
      tracker: cut("tracker"),
      cdn: cut("media"),
    };
    channel?.on("onAir", () => this.update());
    channel?.on("publisherRefused", ({ address, reason }) => {
      this.events.emit("warning", `A publisher at ${address} was refused: ${reason}`);
    });
    channel?.on("publisherLeft", ({ address, reason }) => {
      this.events.emit("notice", `The publisher at ${address} left: ${reason}`);
    });
    channel?.on("encoderRestarted", ({ reason }) => {
      this.events.emit("warning", `The encoder ended and was started again: ${reason}`);
    });
    channel?.on("packagingFailed", ({ reason }) => {
      this.events.emit("warning", `A segment could not be written: ${reason}`);
    });
  }

  /** The player's address on this machine; everything else is below it. */
  get url(): string {
    const [host = "localhost"] = reachableHosts(this.#parts.options.host);
    return `http://${host}:${this.#parts.cloudfront.port}/`;
  }

  get hlsUrl(): string {
    const { path, hls } = this.#parts.packaging;
    return `${this.url}${path}/${hls.manifestName}.m3u8`;
  }

  get trackerUrl(): string {
    return `${this.url.replace(/^http/, "ws")}tracker`;
  }

  get rtmpPort(): number {
    return this.#parts.channel?.rtmpPort ?? 0;
  }

  get mediaFolder(): string {
    return this.#parts.folder.path;
  }

  get status(): Status {
    const { options, channel, backend, cloudfront } = this.#parts;
    const hosts = reachableHosts(options.host);
    return {
      playerUrls: hosts.map((host) => `http://${host}:${cloudfront.port}/`),
      rtmp: { server: `rtmp://${hosts[0]}:${this.rtmpPort}/live`, streamKey: options.streamKey },
      onAir: channel?.onAir ?? NOTHING_ON_AIR,
      viewers: backend.gateway.connectionCount,
    };
  }

  /** Tells whoever listens how things are. */
  update(): void {
    this.events.emit("status", this.status);
  }

  /** Ends everything, and removes the media folder if it is a temporary one. */
  async stop(): Promise<void> {
    const { backend, folder, channel, cloudfront } = this.#parts;
    this.events.removeAllListeners();
    await Promise.all([cloudfront.stop(), channel?.stop(), backend.stop()]);
    folder.remove();
  }
}

function readPackaging(template: Template, { segmentSeconds, windowSeconds }: ShoalOptions): Packaging {
  const packaging = parsePackaging(template.resource("PackageEndpoint").properties);
  return {
    ...packaging,
    segmentSeconds: segmentSeconds ?? packaging.segmentSeconds,
    hls: { ...packaging.hls, windowSeconds: windowSeconds ?? packaging.hls.windowSeconds },
    dash: { ...packaging.dash, windowSeconds: windowSeconds ?? packaging.dash.windowSeconds },
  };
}

async function openChannel(
  options: ShoalOptions,
  template: Template,
  packaging: Packaging,
  folder: MediaFolder,
): Promise<Channel> {
  return startChannel({
    encoder: readEncoder(template, options),
    packaging,
    mediaFolder: folder.path,
    rtmp: { host: options.host, port: options.rtmpPort ?? 0 },
    streamKey: options.streamKey,
    testCard: options.testCard ?? true,
  });
}

/** A segment begins with a keyframe: whoever changes its length changes theirs. */
function readEncoder(template: Template, { renditions, segmentSeconds }: ShoalOptions): EncoderSettings {
  const settings = parseEncoderSettings(template.resource("LiveChannel").properties);
  const encoder = { ...settings, gopSeconds: segmentSeconds ?? settings.gopSeconds };
  if (!renditions) return encoder;
  try {
    return keepRenditions(encoder, renditions);
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}.`);
  }
}
