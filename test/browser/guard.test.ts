/** SharingGuard with real pages: reports of viewers to whom sharing does harm make pages that share stop it. */

import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { guardSharing } from "../../functions/insights/guarding.ts";
import type { Pace } from "../../functions/insights/pace.ts";
import { newestReports } from "../../functions/insights/roll-up.ts";
import { isControl } from "../../functions/insights/viewer-share.ts";
import { openTable } from "../../functions/record/dynamodb.ts";
import type { Config } from "../../functions/site/config.ts";
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import type { Shoal } from "../../local/shoal.ts";
import { keptReport, moment, sentReport } from "../doubles/reports.ts";
import { inBrowser } from "./in-browser.ts";
import { untilAllMet } from "./meeting.ts";
import { playlistSeconds, startStack } from "./stack.ts";
import { until } from "./until.ts";
import { Viewer } from "./viewer.ts";

const CONTROL = 0.2;
/** Fewer than would make the sample smaller. */
const REPORTING_VIEWERS = 70;
const WORDS = "This channel shares with only some of its viewers for now.";

inBrowser("viewers to whom sharing does harm", (browser) => {
  let shoal: Shoal;

  beforeAll(async () => {
    shoal = await startStack({ parameters: { SharingControl: `${CONTROL}` } });
    await until("the stream is on the air", async () => (await playlistSeconds(shoal)) >= 8);
  });
  afterAll(() => shoal?.stop());

  /** In these tests, pages are in no control group. */
  async function open(draw: number): Promise<Viewer> {
    const viewer = await Viewer.open(browser, shoal.url, { sharing: { control: 0 }, draw });
    onTestFinished(() => viewer.close());
    await viewer.plays();
    await viewer.unfoldPanel();
    return viewer;
  }
  const rampIn = async (path: "reports.json" | "config.json") => {
    const told = (await (await fetch(new URL(path, shoal.url))).json()) as Partial<Config> & Partial<Pace>;
    return told.ramp ?? told.sharing?.ramp;
  };

  /** A viewer enters, and reports four minutes, in which who shares was interrupted for a tenth of the time. */
  async function report(): Promise<void> {
    const { ticket, viewer } = (await (await fetch(new URL("ticket", shoal.url))).json()) as {
      ticket: string;
      viewer: string;
    };
    const group = isControl(viewer, CONTROL) ? "control" : "sharing";
    const now = Date.now();
    const to = moment(now, { watchedMs: 240_000, stalls: 9, stalledMs: group === "sharing" ? 24_000 : 0 });
    const body = sentReport(keptReport({ from: moment(now - 240_000), to, group, number: 1 }));
    const answer = await fetch(new URL(`t/${ticket}/reports`, shoal.url), { method: "POST", body });
    expect(await answer.json()).toMatchObject({ pace: { ramp: 1 } });
  }

  test("make three quarters of all stop sharing while they watch on, and newcomers not begin", async () => {
    const [ann, bob] = [await open(0.9), await open(0.8)];
    await untilAllMet([ann, bob]);
    for (let viewer = 0; viewer < REPORTING_VIEWERS; viewer++) await report();
    expect(await rampIn("reports.json")).toBe(1);
    // What the roll-up does each minute.
    const table = openTable({
      ...LOCAL_AWS,
      name: "InsightsTable",
      endpoint: shoal.running.dynamoDbEndpoint,
    });
    const nowSeconds = Math.ceil(Date.now() / 1000);
    const reports = await newestReports(table, nowSeconds);
    await guardSharing(table, { reports, nowSeconds, isOn: true, deployed: 1 });
    await until("the pace says so", async () => (await rampIn("reports.json")) === 0.25, 10);
    const stalls = (await Promise.all([ann, bob].map((viewer) => viewer.stats()))).map(
      (stats) => stats.stalls,
    );
    // A newcomer looks at the pace again after 40 s.
    for (const viewer of [ann, bob]) await viewer.page.getByText(WORDS).waitFor({ timeout: 60_000 });
    await until("nobody is connected", async () => (await ann.stats()).peersNow === 0, 20);
    for (const [index, viewer] of [ann, bob].entries()) {
      await viewer.plays();
      expect((await viewer.stats()).stalls).toBe(stalls[index]);
    }
    await until("the configuration says so", async () => (await rampIn("config.json")) === 0.25, 70);
    const cem = await open(0.9);
    await cem.page.getByText(WORDS).waitFor();
    expect(cem.trackerSockets).toEqual([]);
    const dan = await open(0.1);
    await until("who is within the ramp shares", async () => dan.trackerSockets.length > 0, 20);
  }, 240_000);
});
