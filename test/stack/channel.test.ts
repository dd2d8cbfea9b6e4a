/** The channel's life on this machine: what `npm run live` does to it, and what the template's functions do. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json, text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { MediaLiveClient } from "@aws-sdk/client-medialive";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import {
  channelState,
  findChannel,
  startChannel,
  stopChannel,
} from "../../functions/channel/channels-medialive.ts";
import type { EventNow } from "../../functions/site/event-now.ts";
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import { noteRunning } from "../../local/running.ts";
import { CHANNEL_ID, startBackend } from "../../local/shoal/backend.ts";
import { type Shoal, startShoal } from "../../local/shoal.ts";
import { readTemplate } from "../../local/template.ts";
import { CHANNELS_CONTRACT } from "../contracts/channels.ts";
import { eventually } from "./publishing/on-air.ts";
import { Publisher } from "./publishing/publication.ts";
import { readPlaylist } from "./publishing/viewing.ts";

const LIVE = fileURLToPath(new URL("../../build/live.ts", import.meta.url));
const STREAM_KEY = "channel-tests";

let shoal: Shoal;
let stateHome: string;
let media: MediaLiveClient;

beforeAll(async () => {
  stateHome = await mkdtemp(join(tmpdir(), "shoal-channel-test-"));
  shoal = await startShoal({
    host: "127.0.0.1",
    port: 0,
    streamKey: STREAM_KEY,
    renditions: ["360p"],
    segmentSeconds: 1,
  });
  await noteRunning(join(stateHome, "shoal"), shoal.running);
  media = new MediaLiveClient({
    ...LOCAL_AWS,
    endpoint: shoal.running.mediaLiveEndpoint,
  });
});

afterAll(async () => {
  media.destroy();
  await shoal.stop();
  await rm(stateHome, { recursive: true });
});

interface Ran {
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly errors: string;
}

/** Runs `npm run live -- <words>` as a person would; its credentials and region are nobody's. */
async function live(...words: string[]): Promise<Ran> {
  const env = { PATH: process.env["PATH"], XDG_STATE_HOME: stateHome, HOME: stateHome };
  const child = spawn(process.execPath, [LIVE, ...words], { env, stdio: ["ignore", "pipe", "pipe"] });
  const [out, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { code, lines: out.split("\n"), errors };
}

const folder = () => join(shoal.mediaFolder, shoal.hlsPath.slice(1), "..");
const newestSegment = async () => (await readPlaylist(folder(), "360p")).at(-1)?.sequence ?? 0;
const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));
const state = () => channelState(media)(shoal.running.channelId);

async function becomes(wanted: string): Promise<void> {
  expect(await eventually(state, (seen) => seen === wanted)).toBe(wanted);
}

/** What `on the air` means to a viewer: the playlist goes on. */
async function expectOnAir(after: number): Promise<void> {
  expect(await eventually(newestSegment, (newest) => newest > after + 1)).toBeGreaterThan(after + 1);
}

test("live status, stop and start say and do on this machine what they do in the cloud", async () => {
  await becomes("RUNNING");
  await expectOnAir(0);
  const { lines: running } = await live("status", "--local");
  expect(running.slice(0, 2)).toEqual(["Channel 1000001 is RUNNING.", "Nothing comes in."]);
  expect(running).toContain(`The link for viewers: ${shoal.url}`);

  const stopped = await live("stop", "--local");
  expect(stopped).toMatchObject({ code: 0, errors: "" });
  expect(stopped.lines).toContain("It is off the air.");
  const last = await newestSegment();
  await seconds(3);
  expect(await newestSegment()).toBe(last);
  expect(shoal.status).toMatchObject({ channelState: "IDLE", onAir: { source: "nothing" } });
  expect((await live("status", "--local")).lines[0]).toBe("Channel 1000001 is IDLE.");

  const started = await live("start", "--local");
  expect(started).toMatchObject({ code: 0, errors: "" });
  expect(started.lines).toContain(`  Stream key  ${STREAM_KEY}`);
  expect(started.lines.join()).not.toContain("$");
  await expectOnAir(last);
  const segments = await readPlaylist(folder(), "360p");
  segments.slice(1).forEach((segment, index) => {
    expect(segment.sequence).toBe((segments[index]?.sequence ?? 0) + 1);
  });
  expect(segments.find(({ sequence }) => sequence === last + 1)?.discontinuities).toBe(1);
});

test("a publisher is sent away by a stop, refused while the channel is idle, and taken again after a start", async () => {
  await becomes("RUNNING");
  const notices: string[] = [];
  shoal.events.on("notice", (sentence) => notices.push(sentence));
  shoal.events.on("warning", (sentence) => notices.push(sentence));
  const publish = (): Publisher => {
    const publisher = new Publisher({
      url: `rtmp://127.0.0.1:${shoal.ingestPort}/live/${STREAM_KEY}`,
      video: { codec: "h264", width: 640, height: 360, colour: [120, 170, 150] },
    });
    onTestFinished(() => publisher.kill());
    return publisher;
  };
  const source = () => shoal.status.onAir.source;
  const first = publish();
  expect(await eventually(source, (seen) => seen === "publisher")).toBe("publisher");
  // What comes in is measured once a second.
  const incoming = async () => (await live("status", "--local")).lines[1] ?? "";
  const measured = /^\d+\.\d Mbit\/s come in\.$/;
  expect(await eventually(incoming, (line) => measured.test(line))).toMatch(measured);

  await stopChannel(media)(shoal.running.channelId);
  await first.ended();
  await becomes("IDLE");
  await publish().ended();
  expect(notices).toEqual([
    expect.stringMatching(/^The publisher at \S+ left: the channel is stopped$/),
    expect.stringMatching(/^A publisher at \S+ was refused: the channel is stopped$/),
  ]);

  await startChannel(media)(shoal.running.channelId);
  await becomes("RUNNING");
  publish();
  expect(await eventually(source, (seen) => seen === "publisher")).toBe("publisher");
});

test("live sets the event, which the page's answer carries, with where the channel's own events say that it stands", async () => {
  await becomes("RUNNING");
  const set = await live("event", "--local", "--title", "A concert", "--viewers", "shown");
  expect(set).toMatchObject({ code: 0, errors: "" });
  expect(set.lines).toContain("Title        A concert");
  const event = async () => (await fetch(new URL("event.json", shoal.url))).json() as Promise<EventNow>;
  const { details, standing } = await eventually(event, (now) => now.standing === "live");
  expect({ title: details?.title, address: details?.address, standing }).toEqual({
    title: "A concert",
    address: shoal.url,
    standing: "live",
  });
  expect((await live("event", "--local", "--starts", "tomorrow")).errors).toContain(
    "The start must be a time",
  );
});

test("without a running Shoal, live says how to start one", async () => {
  const env = { PATH: process.env["PATH"], XDG_STATE_HOME: join(stateHome, "elsewhere") };
  const child = spawn(process.execPath, [LIVE, "status", "--local"], { env });
  expect(await text(child.stderr)).toBe("Shoal isn't running on this machine. Start it with npm start.\n");
});

describe("MediaLive on this machine keeps the contract of channels", () => {
  test.each(CHANNELS_CONTRACT)("$name", async ({ check }) => {
    const [start, stop] = [startChannel(media), stopChannel(media)];
    const { channelId } = shoal.running;
    const isResting = (seen: string) => seen === "IDLE" || seen === "RUNNING";
    const settle = async () => void (await eventually(state, isResting));
    await settle();
    if (await stop(channelId)) await settle();
    const template = await readTemplate();
    const stackId = template.resource("LiveChannel").properties.at("Tags", "shoal:stack").text();
    const channels = { find: findChannel(media), state: channelState(media), start, stop };
    await check({ channels, channelId, stackId, settle });
  });
});

describe("the template's functions", () => {
  const eventOf = (name: string) =>
    JSON.parse(readFileSync(new URL(`../../events/channel/${name}.json`, import.meta.url), "utf8"));

  async function goOnAir(): Promise<void> {
    if ((await state()) === "IDLE") await startChannel(media)(shoal.running.channelId);
    await becomes("RUNNING");
  }

  /** Asks the stack's function what CloudFormation would ask it; gives what it answers CloudFormation. */
  async function askStackFunction(name: string): Promise<unknown> {
    const answers: unknown[] = [];
    const box = createServer(async (request, response) => {
      answers.push(await json(request));
      response.end();
    }).listen(0, "127.0.0.1");
    await once(box, "listening");
    onTestFinished(() => void box.close());
    const template = await readTemplate();
    const event = {
      ...eventOf(name),
      StackId: template.resource("LiveChannel").properties.at("Tags", "shoal:stack").text(),
      ResponseURL: `http://127.0.0.1:${(box.address() as AddressInfo).port}/answer`,
    };
    expect(await shoal.invoke("ChannelStackFunction", event)).toBeNull();
    expect(answers).toHaveLength(1);
    return answers[0];
  }

  test("the stack's function makes secrets", async () => {
    expect(await askStackFunction("secrets-create")).toMatchObject({
      Status: "SUCCESS",
      Data: { Root: expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
  });

  test.each(["before-change-update", "before-delete-delete"])(
    "the stack's function stops the channel on %s, and answers when it is idle",
    async (name) => {
      await goOnAir();
      expect(await askStackFunction(name)).toMatchObject({ Status: "SUCCESS" });
      expect(await state()).toBe("IDLE");
    },
  );

  test("auto-stop leaves a channel alone that started a moment ago", async () => {
    await goOnAir();
    await shoal.invoke("ChannelAutoStopFunction", eventOf("auto-stop"));
    expect(await state()).toBe("RUNNING");
  });

  test("auto-stop stops a channel that has run for 20 minutes without a publisher", async () => {
    const backend = await startBackend();
    onTestFinished(() => backend.stop());
    const calls: string[] = [];
    const channel = {
      state: "RUNNING" as const,
      start: async () => void calls.push("start"),
      stop: async () => void calls.push("stop"),
    };
    backend.mediaLive.add({ id: CHANNEL_ID, name: "shoal", tags: {}, channel });
    const dimensions = { ChannelId: CHANNEL_ID, Pipeline: "0" };
    for (let minute = 1; minute <= 20; minute++) {
      for (const name of ["ActiveAlerts", "NetworkIn"]) {
        const metric = { namespace: "AWS/MediaLive", name, dimensions };
        backend.cloudWatch.record(metric, 0, Date.now() / 1000 - minute * 60);
      }
    }
    await backend.lambda.invoke("ChannelAutoStopFunction", eventOf("auto-stop"));
    expect(calls).toEqual(["stop"]);
  });
});
