import { beforeEach, describe, expect, test, vi } from "vitest";
import { keptReport, MINUTE, moment, NOW, sentReport, viewerId } from "../../test/doubles/reports.ts";
import { type ReceivingServices, receive } from "./receive.ts";
import { ViewerLimit } from "./viewer-limit.ts";

const kept = keptReport({ viewer: viewerId(0.3), from: moment(NOW - 60_000) });
const sent = { viewer: kept.viewer, where: kept.where, body: sentReport(kept) };

let services: { readonly [K in keyof ReceivingServices]: ReturnType<typeof vi.fn<ReceivingServices[K]>> };

beforeEach(() => {
  const limit = new ViewerLimit();
  services = {
    pace: vi.fn(async () => ({ probability: 1, seconds: 240, ramp: 1 })),
    keep: vi.fn(async () => {}),
    isWithinLimit: vi.fn((viewer: string, minute: number) => limit.allows(viewer, minute)),
    isControl: vi.fn(() => false),
    now: vi.fn(() => NOW),
  };
});

test("a report is kept, with what the border knows, and its reply says when the next is due", async () => {
  expect(await receive(sent, services)).toEqual({
    status: 200,
    reply: { now: NOW, pace: { probability: 1, seconds: 240, ramp: 1 } },
  });
  expect(services.keep).toHaveBeenCalledExactlyOnceWith(kept, NOW / 1000);
});

describe("is refused, and costs no write,", () => {
  test.each([
    ["what is no report", { body: "hello" }, 400, "malformed"],
    ["64 KB", { body: "x".repeat(65_536) }, 413, "too-large"],
    ["what is an hour old", { body: sentReport(keptReport({ from: moment(NOW - 3_600_000) })) }, 409, "late"],
  ])("%s", async (_, changes, status, refused) => {
    expect(await receive({ ...sent, ...changes }, services)).toEqual({
      status,
      reply: { now: NOW, pace: null, refused },
    });
    expect(services.pace).not.toHaveBeenCalled();
    expect(services.keep).not.toHaveBeenCalled();
  });

  test("a viewer's seventh report in a minute, whatever it is; another's isn't", async () => {
    for (let time = 0; time < 6; time++) expect((await receive(sent, services)).status).toBe(200);
    expect(await receive(sent, services)).toMatchObject({ status: 429, reply: { refused: "too-often" } });
    expect(services.keep).toHaveBeenCalledTimes(6);
    expect((await receive({ ...sent, viewer: viewerId(0.4) }, services)).status).toBe(200);
    services.now.mockReturnValue(NOW + 60_000);
    expect((await receive(sent, services)).status).toBe(200);
  });

  test("a viewer who isn't in the sample any more, who is told so", async () => {
    services.pace.mockResolvedValue({ probability: 0.25, seconds: 240, ramp: 1 });
    expect(await receive(sent, services)).toEqual({
      status: 200,
      reply: { now: NOW, pace: { probability: 0.25, seconds: 240, ramp: 1 }, refused: "not-asked" },
    });
    expect(services.keep).not.toHaveBeenCalled();
  });
});

test("nobody chooses for how many it stands: of 64 viewers one may, by its share", async () => {
  const early = { number: 0, isLast: true, standsFor: 64 };
  const of = (share: number) => ({
    ...sent,
    viewer: viewerId(share),
    body: sentReport({ ...kept, ...early }),
  });
  expect((await receive(of(1 / 64), services)).reply).toMatchObject({ refused: "not-asked" });
  expect(services.keep).not.toHaveBeenCalled();
  await receive(of(1 / 64 - 1e-6), services);
  expect(services.keep).toHaveBeenCalledOnce();
});

test("the pace hears whose report it is, and whether it is the last", async () => {
  await receive({ ...sent, body: sentReport({ ...kept, isLast: true }) }, services);
  expect(services.pace).toHaveBeenCalledWith(
    expect.objectContaining({ viewer: kept.viewer, isLast: true, number: 0, standsFor: 1 }),
    NOW / 1000,
  );
  expect(services.isWithinLimit).toHaveBeenCalledWith(kept.viewer, MINUTE);
});

test.each([
  ["sharing", false, "sharing"],
  ["control", true, "control"],
  ["none", true, "none"],
  ["sharing", true, "none"],
  ["control", false, "none"],
] as const)(
  "who says %s, and by its ticket is in the control group: %s, is kept as %s",
  async (group, isControl, as) => {
    services.isControl.mockReturnValue(isControl);
    const body = sentReport({ ...kept, group });
    await receive({ ...sent, body }, services);
    expect(services.keep).toHaveBeenCalledExactlyOnceWith({ ...kept, group: as }, NOW / 1000);
    expect(services.isControl).toHaveBeenCalledWith(kept.viewer);
  },
);
