/** Shoal in other people's pages, on one private stream: their players, the module, the frame, and stricter pages. */

import { afterAll, beforeAll } from "vitest";
import { readReports } from "../../../functions/insights/store.ts";
import { openTable } from "../../../functions/record/dynamodb.ts";
import { LOCAL_AWS } from "../../../local/aws-settings.ts";
import { inBrowser } from "../in-browser.ts";
import { playlistSeconds, startStack } from "../stack.ts";
import { until } from "../until.ts";
import { testElsewhere } from "./elsewhere.ts";
import { testEmbed } from "./embed.ts";
import { testModule } from "./module.ts";
import { testPlayers } from "./players.ts";
import { testReports } from "./reports.ts";
import { Site } from "./site.ts";

/** A playlist this long lets viewers play at the live delay. */
const WINDOW_SECONDS = 12;

inBrowser("in other people's pages", (browser) => {
  const site = new Site();
  let stop = async () => {};

  beforeAll(async () => {
    await site.open();
    const shoal = await startStack({ isPrivate: true, parameters: site.parameters });
    stop = () => shoal.stop();
    site.deployment = shoal.url.replace(/\/$/, "");
    const endpoint = shoal.running.dynamoDbEndpoint;
    const table = openTable({ ...LOCAL_AWS, name: "InsightsTable", endpoint });
    const minute = Math.floor(Date.now() / 60_000);
    site.reports = () => readReports(table, minute, minute + 60);
    await until(
      "the playlist reached back far enough",
      async () => (await playlistSeconds(shoal).catch(() => 0)) >= WINDOW_SECONDS,
    );
  });

  afterAll(async () => {
    await stop();
    await site.close();
  });

  testPlayers(browser, site);
  testModule(browser, site);
  testEmbed(browser, site);
  testElsewhere(browser, site);
  testReports(browser, site);
});
