/** What a viewer reports lies in the folder that stands for the bucket, as Athena's table has it. */

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import report from "../../events/insights/report.json" with { type: "json" };
import { startShoal } from "../../local/shoal.ts";
import { readTemplate } from "../../local/template.ts";
import { Athena } from "../doubles/athena.ts";
import { keptReport, moment, sentReport } from "../doubles/reports.ts";

const MINUTE_MS = 60_000;

test("a report goes through the functions into the folder, and the saved queries count it", async () => {
  const rawReports = await mkdtemp(join(tmpdir(), "shoal-raw-reports-"));
  const shoal = await startShoal({
    host: "127.0.0.1",
    port: 0,
    streamKey: "key",
    withChannel: false,
    rawReports,
  });
  onTestFinished(async () => {
    await shoal.stop();
    await rm(rawReports, { recursive: true });
  });
  const from = moment(Date.now() - 2 * MINUTE_MS);
  const to = moment(from.at + MINUTE_MS, { watchedMs: MINUTE_MS, freezes: 2 });
  const body = sentReport(keptReport({ from, to, startMs: 900 }));
  expect(await shoal.invoke("InsightsReportsFunction", { ...report, body })).toMatchObject({
    statusCode: 200,
  });

  // When its ten minutes have been closed for a quarter of an hour.
  const ends = (Math.floor(to.at / MINUTE_MS / 10) + 1) * 10;
  const time = new Date((ends + 15) * MINUTE_MS).toISOString();
  await shoal.invoke("InsightsRollUpFunction", { time });

  const files = await readdir(rawReports, { recursive: true });
  const keys = files.filter((each) => each.endsWith(".json.gz"));
  expect(keys).toHaveLength(1);
  const template = await readTemplate({ parameters: { RawReportDays: "30" } });
  const athena = Athena.of(template);
  for (const key of keys) athena.load("reports", key, await readFile(join(rawReports, key)));
  const query = template.resource("FreezesByRenditionQuery").properties.at("QueryString").text();
  expect(athena.query(query)).toMatchObject([
    { kilobits_per_second: 3000, guard: "none", freezes_per_hour: 120 },
  ]);
});
