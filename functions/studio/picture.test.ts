import { MediaLiveClient } from "@aws-sdk/client-medialive";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import { type ControlApi, startControlApi } from "../../local/medialive/control-api.ts";
import { studioServices } from "../../test/doubles/studio-services.ts";
import { openTable } from "../record/dynamodb.ts";
import { PICTURE, thumbnailsOf } from "./picture.ts";
import { routeOf } from "./route.ts";

const ID = "1000001";
const idle = { start: async () => {}, stop: async () => {} };

let api: ControlApi;
beforeAll(async () => {
  api = await startControlApi();
});
afterAll(() => api.stop());

const ask = async (pipeline: string) => {
  const path = `thumbnail/${pipeline}`;
  const client = new MediaLiveClient({ ...LOCAL_AWS, endpoint: api.endpoint });
  const table = openTable({ ...LOCAL_AWS, name: "T", endpoint: "http://127.0.0.1:1" });
  const services = studioServices({ table, now: () => 0, thumbnail: thumbnailsOf(client, ID) });
  const session = { id: "x", role: "producer", device: "", startedAt: 0, expiresAt: 9 } as const;
  const request = { method: "GET", path, cookies: [], device: "", origin: "", body: undefined };
  return (await routeOf(PICTURE, "GET", path)?.(request, session, services))?.body;
};

test("there is a picture while something is on the air", async () => {
  const thumbnail = async (pipeline: number) => Buffer.from([pipeline, 2, 3]);
  api.add({ id: ID, name: "shoal", tags: {}, channel: { ...idle, state: "RUNNING", thumbnail } });
  expect(await ask("0")).toEqual({ base64: "AAID" });
  expect(await ask("1")).toEqual({ base64: "AQID" });
  api.add({ id: ID, name: "shoal", tags: {}, channel: { ...idle, state: "IDLE", thumbnail } });
  expect(await ask("0")).toEqual({ base64: null });
  await expect(ask("2")).rejects.toMatchObject({ status: 400 });
});

test("an answer with nothing in it is no picture", async () => {
  const client = {
    send: vi
      .fn()
      .mockResolvedValueOnce({})
      .mockResolvedValueOnce({ ThumbnailDetails: [{}] }),
  };
  const thumbnail = thumbnailsOf(client as unknown as MediaLiveClient, ID);
  expect([await thumbnail("0"), await thumbnail("0")]).toEqual([null, null]);
});
