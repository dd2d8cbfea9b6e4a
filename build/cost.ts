/** `npm run cost`: what a show costs on AWS, item by item. */

import { parseArgs } from "node:util";
import { type Request, readRequest } from "./cost/arguments.ts";
import { AUDIO_MEGABITS_PER_SECOND, estimate, estimateIdleMonth, total } from "./cost/estimate.ts";
import { rawReports } from "./cost/insights.ts";
import { compareMonth } from "./cost/plans.ts";
import { PRICES_OF } from "./cost/prices.ts";
import { countAlarmMetrics, renditionsOf } from "./cost/stack.ts";
import { itemTable, planTable } from "./cost/table.ts";

const HELP = `npm run cost -- [options]

What a show costs on AWS, item by item, what a month of such shows costs with each of CloudFront's flat-rate plans, and
what the stack costs while it stands idle.

  --viewers N      viewers who watch the whole show (default 100)
  --hours N        how long it lasts (default 1)
  --bitrate N      what a viewer receives, in Mbit/s (default: the ladder's best rendition)
  --share N        the part of it that comes from other viewers, as 0.7 or 70% (default 0.7)
  --ladder NAME    1080p, 720p or 540p (default 720p)
  --class NAME     SINGLE_PIPELINE or STANDARD (default SINGLE_PIPELINE)
  --shows N        such shows in a month, to compare plans (default 4)
  --origin-shield  on or off (default on)
  --help           this text
`;

try {
  const { values } = parseArgs({
    options: {
      viewers: { type: "string", default: "100" },
      hours: { type: "string", default: "1" },
      bitrate: { type: "string" },
      share: { type: "string", default: "0.7" },
      ladder: { type: "string", default: "720p" },
      class: { type: "string", default: "SINGLE_PIPELINE" },
      shows: { type: "string", default: "4" },
      "origin-shield": { type: "string", default: "on" },
      help: { type: "boolean", default: false },
    },
  });
  console.log(values.help ? HELP : await report(readRequest(values)));
} catch (error) {
  console.error(
    `${error instanceof Error ? error.message : error}\n\nnpm run cost -- --help explains every option.`,
  );
  process.exitCode = 2;
}

async function report(request: Request): Promise<string> {
  const { viewers, hours, bitrate, share, shows, ladder, hasTwoPipelines, hasOriginShield } = request;
  const renditions = await renditionsOf(ladder);
  const best = Math.max(...renditions.map((each) => each.megabitsPerSecond)) + AUDIO_MEGABITS_PER_SECOND;
  const megabitsPerSecond = bitrate ?? best;
  const channel = { renditions, hasTwoPipelines, hasOriginShield };
  const show = { viewers, hours, megabitsPerSecond, share, ...channel };
  const plain = { ...show, share: 0 };
  const viewerHours = shows * viewers * hours;
  const sharedPercent = Math.round(share * 100);
  return [
    `${viewers.toLocaleString("en")} viewers for ${hours} h at ${show.megabitsPerSecond} Mbit/s, ${sharedPercent} % from each other; ladder ${ladder}`,
    "",
    itemTable(estimate(show)),
    "",
    `Without sharing it would be $${total(estimate(plain)).toFixed(2)}. Raw reports kept for a month (RawReportDays) add $${total(rawReports(show)).toFixed(4)}.`,
    "",
    `A month of ${shows} such shows, ${viewerHours.toLocaleString("en")} viewer-hours, by CloudFront's plan; the idle stack comes on top`,
    "",
    planTable(compareMonth(show, shows), compareMonth(plain, shows)),
    "",
    "Viewer-hours are what a plan allows a month. Only Premium includes Origin Shield: with the others it must be off.",
    "* not for this template, whose distribution has policies of its own: docs/decisions/plans-from-business.md.",
    "",
    "A month in which the stack stands idle",
    "",
    itemTable(estimateIdleMonth(await countAlarmMetrics())),
    "",
    `Prices of us-east-1, ${PRICES_OF}, without free tiers and discounts: build/cost/prices.ts says where each comes from.`,
  ].join("\n");
}
