import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { AUDIO_MEGABITS_PER_SECOND } from "../../build/cost/estimate.ts";
import { PRICES } from "../../build/cost/prices.ts";
import { renditionsOf } from "../../build/cost/stack.ts";
import { type LocalTables, startTables } from "../../test/doubles/local-tables.ts";
import { studioServices } from "../../test/doubles/studio-services.ts";
import { writeRehearsal } from "../record/last-rehearsal.ts";
import { begun, type RehearsalNow } from "../record/rehearsal.ts";
import { rehearsalDollars } from "./price.ts";
import { REHEARSAL, type Rehearsals, rehearsalsFrom } from "./rehearsal.ts";
import { routeOf } from "./route.ts";

let tables: LocalTables;
let now: number;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());
beforeEach(async () => {
  // Each test after what the one before left under way.
  now = (now ?? 1_800_000_000) + 3600;
});

const cloud = rehearsalsFrom({
  REHEARSALS: "by-command",
  STACK_NAME: "shoal",
  AWS_REGION: "eu-west-1",
  LADDER: "720p",
});
const ask = async (method: string, rehearsals: Rehearsals, body?: unknown) => {
  const request = { method, path: "rehearsal", cookies: [], device: "", origin: "", body };
  const services = studioServices({ table: tables.channelTable, now: () => now, rehearsals });
  const session = { id: "x", role: "producer", device: "", startedAt: 0, expiresAt: 9 } as const;
  return routeOf(REHEARSAL, method, "rehearsal")?.(request, session, services);
};

const choicesIn = (answer: Awaited<ReturnType<typeof ask>>) =>
  (answer?.body as RehearsalNow | undefined)?.choices ?? [];

/** What starts browsers on this machine; it answers with this status. */
async function starter(status = 202) {
  const asked: unknown[] = [];
  const server = createServer(async (request, response) => {
    asked.push(await json(request));
    response.writeHead(status).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret`;
  return { asked, rehearsals: rehearsalsFrom({ REHEARSALS: address, LADDER: "" }) };
}

test("in the cloud it says what each number of viewers costs, and by which command they come", async () => {
  const answer = await ask("GET", cloud);
  expect(answer?.body).toMatchObject({ canStart: false, last: null, isUnderWay: false });
  expect(choicesIn(answer)[1]).toEqual({
    viewers: 4,
    dollars: rehearsalDollars("720p", 4),
    command: "npm run rehearse -- --viewers 4 --stack shoal --region eu-west-1",
  });
  await expect(ask("POST", cloud, { viewers: 4 })).rejects.toMatchObject({ status: 409 });
});

test("on one machine it starts one at a time, and costs nothing", async () => {
  const { asked, rehearsals } = await starter();
  const answer = await ask("POST", rehearsals, { viewers: 2 });
  expect(asked).toEqual([{ viewers: 2 }]);
  expect(answer).toMatchObject({
    status: 202,
    body: { canStart: true, isUnderWay: true, last: { viewers: 2, points: null, failure: null } },
  });
  expect(choicesIn(answer)[0]).toEqual({
    viewers: 2,
    dollars: null,
    command: "npm run rehearse -- --viewers 2 --local",
  });
  await expect(ask("POST", rehearsals, { viewers: 2 })).rejects.toMatchObject({ status: 409 });
  // What is overdue was given up.
  now += 62 + 30;
  expect(await ask("GET", rehearsals)).toMatchObject({ body: { isUnderWay: false } });
  await ask("POST", rehearsals, { viewers: 3 });
  expect(asked).toHaveLength(2);
});

test("what is judged is under way no more, and can be followed by another", async () => {
  const { rehearsals } = await starter();
  await writeRehearsal(tables.channelTable, { ...begun(2, now * 1000), points: [] });
  expect(await ask("GET", rehearsals)).toMatchObject({ body: { isUnderWay: false } });
  expect(await ask("POST", rehearsals, { viewers: 2 })).toMatchObject({ status: 202 });
});

test("one that can't be started has failed", async () => {
  const { rehearsals } = await starter(500);
  const answer = await ask("POST", rehearsals, { viewers: 2 });
  expect(answer?.body).toMatchObject({ isUnderWay: false, last: { failure: "It couldn't be started." } });
});

test.each([undefined, {}, { viewers: 0 }, { viewers: 21 }, { viewers: 1.5 }, { viewers: "2" }])(
  "%j is no number of viewers",
  async (body) => {
    const { asked, rehearsals } = await starter();
    await expect(ask("POST", rehearsals, body)).rejects.toMatchObject({ status: 400 });
    expect(asked).toEqual([]);
  },
);

test.each(["540p", "720p", "1080p"])(
  "what %s costs is by the template's bit rates and AWS's price",
  async (ladder) => {
    const rates = (await renditionsOf(ladder)).map(({ megabitsPerSecond }) => megabitsPerSecond);
    const megabits = (Math.max(...rates) + AUDIO_MEGABITS_PER_SECOND) * 4 * 64;
    expect(rehearsalDollars(ladder, 4)).toBeCloseTo((megabits / 8000) * PRICES.cloudFront.gigabyte);
  },
);
