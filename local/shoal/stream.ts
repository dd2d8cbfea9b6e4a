/** The stream on one machine: MediaLive's channel, wired to MediaPackage, with the settings of the template. */

import type { EncodedSegment, InitSegments, StreamFormat } from "../encoded-stream.ts";
import type { Channel, ChannelOptions } from "../medialive/channel.ts";
import { type EncoderSettings, keepRenditions, parseEncoderSettings } from "../medialive/encoder-settings.ts";
import { isOwnLadder, withOwnLadder } from "../medialive/own-ladder.ts";
import { joinPipelines } from "../medialive/standard-channel.ts";
import { layTimeline } from "../medialive/timeline.ts";
import { createChannel } from "../medialive.ts";
import { InputSwitch } from "../mediapackage/input-switch.ts";
import { type Packaging, parsePackaging } from "../mediapackage/packaging.ts";
import { Package } from "../mediapackage.ts";
import { type StartOptions, UsageError } from "../options.ts";
import type { Template } from "../template.ts";

export interface StreamSettings {
  readonly encoder: EncoderSettings;
  readonly packaging: Packaging;
  /** The second pipeline of a standard channel; none in a channel with one pipeline. */
  readonly secondPipeline?: { readonly switchesByQuality: boolean } | undefined;
}

type StreamChoices = Partial<
  Pick<StartOptions, "ladder" | "renditions" | "segmentSeconds" | "windowSeconds">
>;

export interface StreamOptions extends StreamSettings, Omit<ChannelOptions, "segmentSeconds"> {
  readonly mediaFolder: string;
  /** Told that a segment couldn't be written, and why; the stream goes on with the next. */
  readonly onPackagingFailure?: (reason: string) => void;
  /** Told of each segment that the packager gets. */
  readonly onSegment?: () => void;
}

export interface Stream {
  /** Created idle: nothing is on the air before it is started. */
  readonly channel: Channel;
  /** Closes the channel and writes what it made; the media folder is left as it is. */
  close(): Promise<void>;
}

/**
 * Reads encoder and packaging from the template, with what a person chose instead. Throws a UsageError on a wrong
 * choice.
 */
export function readStreamSettings(template: Template, choices: StreamChoices = {}): StreamSettings {
  return {
    encoder: readEncoder(template, choices),
    packaging: readPackaging(template, choices),
    secondPipeline: readSecondPipeline(template),
  };
}

/** What the packager is told of the encoder's output. */
export function streamFormat({ encoder, packaging }: StreamSettings): StreamFormat {
  return { ...encoder, videoTimescale: layTimeline(encoder, packaging.segmentSeconds).videoTimescale };
}

/**
 * Opens the port for publishers and the package's folder. A second pipeline listens on the port after the first's.
 *
 * @throws Error saying in one sentence that the port is taken or the media folder can't be written.
 */
export async function openStream(options: StreamOptions): Promise<Stream> {
  const { packaging, mediaFolder, onPackagingFailure: onFailure = () => {} } = options;
  const endpoint = await Package.open({ format: streamFormat(options), packaging, mediaFolder, onFailure });
  const onInit = (initSegments: InitSegments) => endpoint.receiveInit(initSegments);
  const onSegment = (segment: EncodedSegment) => {
    options.onSegment?.();
    endpoint.receiveSegment(segment);
  };
  const first = await createChannel({ ...options, segmentSeconds: packaging.segmentSeconds });
  const { secondPipeline } = options;
  if (!secondPipeline) {
    first.on("init", onInit);
    first.on("segment", onSegment);
    return streamOf(first, endpoint);
  }
  const second = await createSecondPipeline(options, first);
  const inputs = new InputSwitch({ byQuality: secondPipeline.switchesByQuality, onInit, onSegment });
  for (const [input, pipeline] of [
    [0, first],
    [1, second],
  ] as const) {
    pipeline.on("init", (initSegments) => inputs.receiveInit(input, initSegments));
    pipeline.on("segment", (segment) => inputs.receiveSegment(input, segment));
  }
  return streamOf(joinPipelines(first, second), endpoint, inputs);
}

async function createSecondPipeline(options: StreamOptions, first: Channel): Promise<Channel> {
  const { host, port } = options.rtmp;
  const rtmp = { host, port: port === 0 ? 0 : port + 1 };
  try {
    return await createChannel({ ...options, rtmp, segmentSeconds: options.packaging.segmentSeconds });
  } catch (error) {
    await first.close();
    throw error;
  }
}

function streamOf(channel: Channel, endpoint: Package, inputs?: InputSwitch): Stream {
  return {
    channel,
    close: async () => {
      inputs?.close();
      await channel.close();
      await endpoint.settled();
    },
  };
}

/** Segments start with a keyframe, so another segment length is another GOP length too. */
function readEncoder(template: Template, choices: StreamChoices): EncoderSettings {
  const { ladder, renditions, segmentSeconds } = choices;
  const settings = parseEncoderSettings(template.resource("LiveChannel").properties);
  const encoder = { ...settings, gopSeconds: segmentSeconds ?? settings.gopSeconds };
  try {
    const laddered = ladder && isOwnLadder(ladder) ? withOwnLadder(encoder, ladder) : encoder;
    return renditions ? keepRenditions(laddered, renditions) : laddered;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}.`);
  }
}

/** As many pipelines as the RTMP input has destinations; SRT feeds one. */
function readSecondPipeline(template: Template): StreamSettings["secondPipeline"] {
  const [input] = template.resourcesOf("AWS::MediaLive::Input");
  const addresses = input?.properties.at("Destinations").list() ?? [];
  if (addresses.length < 2) return undefined;
  const { properties } = template.resource("PackageChannel");
  return { switchesByQuality: properties.at("InputSwitchConfiguration", "MQCSInputSwitching").flag(false) };
}

function readPackaging(template: Template, { segmentSeconds, windowSeconds }: StreamChoices): Packaging {
  const packaging = parsePackaging(template.resource("PackageEndpoint").properties);
  return {
    ...packaging,
    segmentSeconds: segmentSeconds ?? packaging.segmentSeconds,
    hls: { ...packaging.hls, windowSeconds: windowSeconds ?? packaging.hls.windowSeconds },
    dash: { ...packaging.dash, windowSeconds: windowSeconds ?? packaging.dash.windowSeconds },
  };
}
