/**
 * A real publisher makes each fault, and it is found: from RTMP through the encoder's and CloudWatch's figures to the rule.
 * Minutes pass in three seconds. Likewise what becomes of the stream: segments that can't be written, an origin that fails.
 * Frames that MediaLive's encoder leaves out are in the rules' unit tests alone, since the one here leaves out none.
 */

import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { MediaLiveClient } from "@aws-sdk/client-medialive";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { activeAlerts } from "../../functions/channel/health/alerts-medialive.ts";
import { findingsIn } from "../../functions/channel/health/findings.ts";
import { inputMinutes } from "../../functions/channel/health/input-cloudwatch.ts";
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import { startCloudFront } from "../../local/cloudfront.ts";
import { type CloudWatch, startCloudWatch } from "../../local/cloudwatch.ts";
import { alertsOn } from "../../local/medialive/alerts.ts";
import { type ControlApi, startControlApi } from "../../local/medialive/control-api.ts";
import { ChannelMetrics } from "../../local/shoal/channel-metrics.ts";
import { readDistribution } from "../../local/template/distribution.ts";
import { readTemplate } from "../../local/template.ts";
import { ChannelUnderTest, channelOptions, eventually, removeMediaFolders } from "./publishing/on-air.ts";
import { type Publication, Publisher } from "./publishing/publication.ts";

const SECONDS_A_MINUTE = 3;
const HEALTH_MINUTES = 6;
const WANTED = { megabitsPerSecond: 3, framesPerSecond: 30, height: 360 };
const PLAIN = { codec: "h264", width: 640, height: 360, colour: [120, 170, 150] } as const;

const startedAt = Date.now() / 1000;
const fastClock = () => startedAt + ((Date.now() / 1000 - startedAt) * 60) / SECONDS_A_MINUTE;

interface Services {
  readonly cloudWatch: CloudWatch;
  readonly client: CloudWatchClient;
  readonly mediaLive: ControlApi;
  readonly mediaLiveClient: MediaLiveClient;
}

/** A channel with a publisher, and what is found of it. */
class Watched {
  readonly onAir: ChannelUnderTest;
  readonly #name: string;
  readonly #services: Services;
  readonly #metrics: ChannelMetrics;
  #publishers: Publisher[] = [];

  private constructor(name: string, onAir: ChannelUnderTest, metrics: ChannelMetrics, services: Services) {
    this.#name = name;
    this.onAir = onAir;
    this.#metrics = metrics;
    this.#services = services;
  }

  static async start(name: string, services: Services): Promise<Watched> {
    const { cloudWatch, mediaLive } = services;
    const names = { channelId: name, channelGroup: name, distributionId: name };
    const metrics = new ChannelMetrics(cloudWatch, names, fastClock);
    const onAir = await ChannelUnderTest.start(
      await channelOptions({
        testCard: false,
        onSegment: () => metrics.countSegment(),
        onPackagingFailure: () => metrics.countPackagingFailure(),
      }),
    );
    const { channel } = onAir;
    metrics.follow(channel);
    mediaLive.add({
      id: name,
      name,
      tags: {},
      channel: {
        get state() {
          return channel.state;
        },
        get alerts() {
          return alertsOn(channel.onAir, metrics.isOutputFailing);
        },
        start: async () => {},
        stop: async () => {},
      },
    });
    return new Watched(name, onAir, metrics, services);
  }

  publish(publication: Omit<Publication, "url">): Publisher {
    const publisher = new Publisher({ url: this.onAir.url(), ...publication });
    this.#publishers.push(publisher);
    return publisher;
  }

  /** Viewers ask the CDN, whose origin fails. */
  async failAtTheOrigin(): Promise<void> {
    const cloudfront = await startCloudFront({
      distribution: readDistribution(await readTemplate()),
      origins: { pages: () => Promise.reject(new Error("The origin fails.")) },
      webSocketOrigins: {},
      host: "127.0.0.1",
      port: 0,
      onFailure: () => {},
      onAnswer: (statusCode) => this.#metrics.countAnswer(statusCode),
    });
    // In two minutes of three.
    for (let minute = 0; minute < 3; minute++) {
      await fetch(`http://127.0.0.1:${cloudfront.port}/`);
      await sleep(SECONDS_A_MINUTE * 1000);
    }
    await cloudfront.stop();
  }

  /** Waits until all of these are found, and returns what is. */
  async finds(...wanted: readonly string[]): Promise<readonly string[]> {
    return eventually(
      () => this.found(true),
      (found) => wanted.every((kind) => found.includes(kind)),
      45,
    );
  }

  /** What is found now; without the encoder's own measurements, as in the cloud. */
  async found(hasInputMetrics: boolean): Promise<readonly string[]> {
    const { client, mediaLiveClient } = this.#services;
    const now = new Date(fastClock() * 1000);
    const edge = { client, distributionId: this.#name };
    const sources = { channelId: this.#name, channelGroup: this.#name, hasInputMetrics, edge };
    const { "0": minutes = [] } = await inputMinutes(client, sources, HEALTH_MINUTES, now);
    const alerts = await activeAlerts(mediaLiveClient, this.#name);
    return findingsIn(minutes, WANTED, alerts).map(({ kind }) => kind);
  }

  async end(): Promise<void> {
    await Promise.all(this.#publishers.map((publisher) => publisher.kill()));
    await this.onAir.end();
  }
}

describe("a publisher's fault is found", () => {
  let services: Services;
  let [slow, loud, unsteady]: Watched[] = [];

  beforeAll(async () => {
    const [cloudWatch, mediaLive] = await Promise.all([startCloudWatch(), startControlApi()]);
    services = {
      cloudWatch,
      mediaLive,
      client: new CloudWatchClient({ ...LOCAL_AWS, endpoint: cloudWatch.endpoint }),
      mediaLiveClient: new MediaLiveClient({ ...LOCAL_AWS, endpoint: mediaLive.endpoint }),
    };
    [slow, loud, unsteady] = await Promise.all(["1", "2", "3"].map((name) => Watched.start(name, services)));
  });
  afterAll(async () => {
    await Promise.all([slow, loud, unsteady].map((watched) => watched?.end()));
    const { cloudWatch, mediaLive, client, mediaLiveClient } = services;
    client.destroy();
    mediaLiveClient.destroy();
    await Promise.all([cloudWatch.stop(), mediaLive.stop()]);
    await removeMediaFolders();
  });

  test.concurrent("slow, small and silent, with audio that drifts; then in another codec; then gone", async () => {
    const faults = ["frame-rate-too-low", "keyframes-too-rare", "resolution-too-low", "codec-wastes"];
    const publisher = slow?.publish({
      video: {
        ...PLAIN,
        width: 320,
        height: 180,
        framesPerSecond: 15,
        framesPerKeyframe: 75,
        megabitsPerSecond: 0.4,
      },
      audio: { codec: "aac", amplitude: 0, drift: 0.05 },
    });
    const others = ["bit-rate-too-low", "audio-silent", "audio-drifts"];
    const found = await slow?.finds(...faults, ...others);
    expect(found).toEqual(expect.arrayContaining([...faults, ...others]));
    // Again, as long as the packager writes into it meanwhile.
    await rm(slow?.onAir.folder ?? "", { recursive: true, maxRetries: 10, retryDelay: 20 });
    const failures = ["packager-errors", "encoder-alerts"];
    expect(await slow?.finds(...failures)).toEqual(expect.arrayContaining(failures));
    await publisher?.kill();
    slow?.publish({ video: { ...PLAIN, codec: "hevc" } });
    expect(await slow?.finds("codec-refused")).toContain("codec-refused");
    expect(await slow?.finds("nothing-comes-in")).toContain("nothing-comes-in");
  }, 90_000);

  test.concurrent("too much of everything; then no video, and no segments", async () => {
    const faults = ["frame-rate-too-high", "resolution-wastes", "bit-rate-too-high", "open-gops"];
    const publisher = loud?.publish({
      video: {
        ...PLAIN,
        width: 128,
        height: 576,
        framesPerSecond: 60,
        framesPerKeyframe: 60,
        megabitsPerSecond: 13,
        openGops: true,
      },
      audio: { codec: "aac", amplitude: 4 },
    });
    const found = await loud?.finds(...faults, "audio-clips");
    expect(found).toEqual(expect.arrayContaining([...faults, "audio-clips"]));
    await publisher?.kill();
    process.kill(loud?.onAir.channel.encoderPid ?? 0, "SIGSTOP");
    loud?.publish({ audio: { codec: "aac" } });
    const after = await loud?.finds("no-video", "playlists-stale");
    expect(after).toEqual(expect.arrayContaining(["no-video", "playlists-stale"]));
    await loud?.failAtTheOrigin();
    expect(await loud?.finds("edge-errors")).toContain("edge-errors");
  }, 90_000);

  test.concurrent("unsteady, and two at once; then frozen, and another without audio", async () => {
    const publisher = unsteady?.publish({
      video: { ...PLAIN, framesPerKeyframe: 40, megabitsPerSecond: 4, stutters: true },
      audio: { codec: "aac" },
    });
    const faults = ["frame-rate-unsteady", "bit-rate-unsteady", "keyframes-irregular"];
    expect(await unsteady?.finds(...faults)).toEqual(expect.arrayContaining(faults));
    unsteady?.publish({ video: PLAIN });
    expect(await unsteady?.finds("publisher-turned-away")).toContain("publisher-turned-away");
    publisher?.freeze();
    await sleep(2500);
    publisher?.thaw();
    expect(await unsteady?.finds("input-starves")).toContain("input-starves");
    expect(await unsteady?.finds("input-recovered")).toContain("input-recovered");
    await publisher?.kill();
    const tall = { ...PLAIN, width: 128, height: 1200 };
    unsteady?.publish({ video: { ...tall, framesPerKeyframe: 150, megabitsPerSecond: 1 } });
    const last = ["no-audio", "resolution-too-high", "keyframes-too-rare"];
    for (const kind of ["publisher-changed", ...last]) expect(await unsteady?.finds(kind)).toContain(kind);
    // MediaLive warns of missing audio, and measures neither size nor keyframes.
    const inCloud = await unsteady?.found(false);
    expect(last.filter((kind) => inCloud?.includes(kind))).toEqual(["no-audio"]);
  }, 90_000);
});
