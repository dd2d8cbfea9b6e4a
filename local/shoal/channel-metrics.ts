/** Counts what MediaLive, MediaPackage and CloudFront report to CloudWatch, and what only the laptop's encoder measures. */

import type { CloudWatch } from "../cloudwatch.ts";
import { alertsOn } from "../medialive/alerts.ts";
import type { Channel } from "../medialive/channel.ts";

export interface ChannelNames {
  readonly channelId: string;
  /** MediaPackage's channel group; its channel is `live`. */
  readonly channelGroup: string;
  readonly distributionId: string;
}

/** How long MediaLive's stand-in warns of a segment that wasn't written: as long as the next few take. */
const FAILING_SECONDS = 10;

export class ChannelMetrics {
  readonly #cloudWatch: Pick<CloudWatch, "record">;
  readonly #names: ChannelNames;
  readonly #now: () => number;
  #failedAt = Number.NEGATIVE_INFINITY;

  /** `now` is in seconds since the epoch; tests let minutes pass faster. */
  constructor(cloudWatch: Pick<CloudWatch, "record">, names: ChannelNames, now = () => Date.now() / 1000) {
    this.#cloudWatch = cloudWatch;
    this.#names = names;
    this.#now = now;
  }

  /** Counts what a channel measures from now on. */
  follow(channel: Channel): void {
    const ofPipeline = (
      namespace: string,
      values: Readonly<Record<string, number>>,
      pipeline: number,
      more: Readonly<Record<string, string>> = {},
    ) => {
      const dimensions = { ChannelId: this.#names.channelId, Pipeline: String(pipeline), ...more };
      for (const [name, value] of Object.entries(values)) this.#record(namespace, name, dimensions, value);
    };
    channel.on("metrics", (values, pipeline) => {
      const ActiveAlerts = alertsOn(channel.onAir, this.isOutputFailing).length;
      ofPipeline("AWS/MediaLive", { ...values, ActiveAlerts }, pipeline);
    });
    channel.on("inputMetrics", (values, pipeline) => ofPipeline("Shoal/Input", { ...values }, pipeline));
    channel.on("audioLevel", (OutputAudioLevelDbfs, pipeline) => {
      ofPipeline("AWS/MediaLive", { OutputAudioLevelDbfs }, pipeline, { AudioDescriptionName: "audio" });
    });
  }

  /** The packager took a segment. */
  countSegment(): void {
    const dimensions = { ChannelGroup: this.#names.channelGroup, Channel: "live" };
    this.#record("AWS/MediaPackage", "IngressRequestCount", dimensions, 1);
  }

  /** Whether the packager lately failed to take one. */
  get isOutputFailing(): boolean {
    return this.#now() - this.#failedAt < FAILING_SECONDS;
  }

  /** The packager failed to. MediaLive counts that, of whichever pipeline. */
  countPackagingFailure(): void {
    const dimensions = { ChannelId: this.#names.channelId, Pipeline: "0", OutputGroupName: "package" };
    this.#failedAt = this.#now();
    this.#record("AWS/MediaLive", "Output5xxErrors", dimensions, 1);
  }

  /** A viewer got an answer. */
  countAnswer(statusCode: number): void {
    const dimensions = { DistributionId: this.#names.distributionId, Region: "Global" };
    this.#record("AWS/CloudFront", "5xxErrorRate", dimensions, statusCode >= 500 ? 100 : 0);
  }

  #record(
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    value: number,
  ): void {
    this.#cloudWatch.record({ namespace, name, dimensions }, value, this.#now());
  }
}
