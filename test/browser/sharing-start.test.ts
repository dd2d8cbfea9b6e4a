import { afterAll, beforeAll, expect, test } from "vitest";
import { readReports } from "../../functions/insights/store.ts";
import { openTable } from "../../functions/record/dynamodb.ts";
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import type { Shoal } from "../../local/shoal.ts";
import { inBrowser } from "./in-browser.ts";
import { playlistSeconds, startStack } from "./stack.ts";
import { until } from "./until.ts";
import { type PanelStats, Viewer } from "./viewer.ts";

// The live delay is at least three segments. Readings vary by a tenth of a second.
const leastDelaySeconds = 3 * 2 - 0.2;

inBrowser("two viewers who open a stream in its first seconds", (browser) => {
  let shoal: Shoal;
  const viewers: Viewer[] = [];

  beforeAll(async () => {
    shoal = await startStack();
    await until("the stream is on the air", async () => (await playlistSeconds(shoal)) > 0);
    for (let seat = 0; seat < 2; seat += 1) {
      const viewer = await Viewer.open(browser, shoal.url);
      viewers.push(viewer);
      await viewer.plays();
      await viewer.unfoldPanel();
    }
  });

  afterAll(async () => {
    await Promise.all(viewers.map((viewer) => viewer.close()));
    await shoal?.stop();
  });

  const untilBoth = (what: string, holds: (stats: PanelStats, seat: number) => boolean, within?: number) =>
    until(what, async () => (await readBoth()).every(holds), within);
  const readBoth = () => Promise.all(viewers.map((viewer) => viewer.stats()));
  const playbackRate = (viewer: Viewer) =>
    viewer.page.locator("video").evaluate(({ playbackRate }: { playbackRate: number }) => playbackRate);

  test("start closer to live than their live delay, because the playlist is too short", async () => {
    await untilBoth("both know their delay", ({ delaySeconds }) => delaySeconds > 0);
    for (const { delaySeconds } of await readBoth()) expect(delaySeconds).toBeLessThan(leastDelaySeconds - 1);
  });

  // At a playback rate of 0.9 the delay grows by four seconds in forty.
  test("fall back to their live delay, and then play at normal speed", async () => {
    await untilBoth("both are at their delay", ({ delaySeconds }) => delaySeconds >= leastDelaySeconds, 90);
    for (const viewer of viewers)
      await until("the playback rate is normal", async () => (await playbackRate(viewer)) >= 1);
  });

  test("download later segments from each other", async () => {
    const before = await readBoth();
    await untilBoth(
      "both downloaded from the other",
      ({ bytesFromPeers }, seat) =>
        bytesFromPeers > (before[seat]?.bytesFromPeers ?? Number.POSITIVE_INFINITY),
    );
  });

  test("report what they truly did when they leave", async () => {
    const table = openTable({
      ...LOCAL_AWS,
      name: "InsightsTable",
      endpoint: shoal.running.dynamoDbEndpoint,
    });
    const minute = Math.floor(Date.now() / 60_000);
    const lastReports = async () =>
      (await readReports(table, minute, minute + 2)).filter(({ isLast }) => isLast);
    const shown = await readBoth();
    await Promise.all(viewers.map(({ page }) => page.goto("about:blank")));
    await until("both have reported", async () => (await lastReports()).length === 2, 10);
    const reports = await lastReports();
    const ids = viewers.map(idIn);
    for (const { viewer, to, where, errors } of reports) {
      const seen = shown[ids.indexOf(viewer)];
      // Until it left, the viewer went on for a moment: some seconds of a stream of 1 Mbit/s.
      for (const name of ["bytesFromPeers", "bytesFromCdn", "bytesToPeers"] as const) {
        expect(to[name] - (seen?.[name] ?? Number.NaN), name).toBeGreaterThanOrEqual(0);
        expect(to[name] - (seen?.[name] ?? Number.NaN), name).toBeLessThan(2_000_000);
      }
      expect(to.stalls).toBe(seen?.stalls);
      expect(where).toMatchObject({ browser: "Chrome", device: "computer" });
      expect(errors).toEqual([]);
    }
    const sum = (name: "bytesFromPeers" | "bytesToPeers") =>
      reports.reduce((all, { to }) => all + to[name], 0);
    expect(sum("bytesToPeers") / sum("bytesFromPeers")).toBeCloseTo(1, 0);
  });
});

/** The id in a viewer's ticket, which stands in the address of its tracker. */
function idIn({ trackerSockets: [address = ""] }: Viewer): string {
  const claims = address.split("/t/")[1]?.split(".")[1] ?? "";
  return JSON.parse(Buffer.from(claims, "base64url").toString()).sub;
}
