/** `npm run rehearse`: puts synthetic viewers on the stream for a minute, and says whether it is ready for a show. */

import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { AUDIO_MEGABITS_PER_SECOND } from "../build/cost/estimate.ts";
import { explainError } from "../build/live/explain-error.ts";
import {
  channelInCloud,
  channelOnThisMachine,
  eventInCloud,
  eventOnThisMachine,
} from "../build/live/targets.ts";
import { begun, MOST_VIEWERS, type Point, REHEARSAL_SECONDS } from "../functions/record/rehearsal.ts";
import { watchingDollars } from "../functions/studio/price.ts";
import { writeLink } from "../functions/tickets/links.ts";
import { stateFolder } from "../local/kept-secrets.ts";
import { verdictOf } from "./rehearsal/verdict.ts";
import { watchTogether } from "./rehearsal/viewers.ts";

const HELP = `npm run rehearse -- [options]

Puts viewers on the stream for a minute, in headless Chromium on this machine, and gives a verdict: whether it plays, how
soon, how far behind live, whether it freezes, and how much comes from peers. The studio shows it as well. For a private
stream it makes them a personal link that ends with the rehearsal.

  --viewers N      how many (default two for each processor; at most ${MOST_VIEWERS})
  --seconds N      how long they watch (default ${REHEARSAL_SECONDS}; at most 600)
  --local          the stream that npm start runs on this machine, in place of a deployed one
  --stack NAME     the deployed stack's name (default shoal)
  --region NAME    its region (default: that of your AWS configuration)
  --help           this text
`;

const MOST_SECONDS = 600;
/** Browsers start one after the other, and a slow machine takes its time. */
const LINK_SPARE_SECONDS = 120;

type Target = Awaited<ReturnType<typeof channelInCloud>>;

await rehearse().catch((error: unknown) => {
  console.error(explainError(error));
  process.exitCode = 1;
});

async function rehearse(): Promise<void> {
  const { values } = parseArgs({
    options: {
      viewers: { type: "string", default: String(Math.min(2 * availableParallelism(), MOST_VIEWERS)) },
      seconds: { type: "string", default: String(REHEARSAL_SECONDS) },
      local: { type: "boolean", default: false },
      stack: { type: "string", default: "shoal" },
      region: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const count = whole("--viewers", values.viewers, MOST_VIEWERS);
  const seconds = whole("--seconds", values.seconds, MOST_SECONDS);
  const folder = stateFolder(process.env);
  const { stack, region, local } = values;
  const target = await (local ? channelOnThisMachine(folder) : channelInCloud(stack, region));
  const studio = await (local ? eventOnThisMachine(folder) : eventInCloud(stack, region));

  console.log(
    `${count} viewers watch ${target.deployment.playerUrl} for ${seconds} s, on this machine. ${costWords(target, count, seconds)}.\n`,
  );
  const rehearsal = begun(count, Date.now(), seconds);
  await studio.writeRehearsal(rehearsal);
  try {
    const points = verdictOf(await watchTogether(await addressOf(target, count, seconds), count, seconds));
    await studio.writeRehearsal({ ...rehearsal, points });
    show(points);
  } catch (error) {
    await studio.writeRehearsal({ ...rehearsal, failure: explainError(error) });
    throw error;
  }
}

/** What viewers open; with a link that lets them all in, where it takes one. */
async function addressOf(
  { deployment: { playerUrl, linkKey, isPrivate }, generation }: Target,
  count: number,
  seconds: number,
): Promise<string> {
  const address = new URL("embed.html", playerUrl);
  if (isPrivate && linkKey) {
    const until = Math.ceil(Date.now() / 1000) + count + seconds + LINK_SPARE_SECONDS;
    const link = { id: randomBytes(6).toString("base64url"), seats: count, until };
    address.hash = `link=${writeLink({ ...link, generation: await generation() }, linkKey)}`;
  }
  return address.href;
}

function costWords({ dollarsAnHour, wanted }: Target, count: number, seconds: number): string {
  if (dollarsAnHour === null) return "It costs nothing";
  const megabitsPerSecond = wanted.megabitsPerSecond + AUDIO_MEGABITS_PER_SECOND;
  return `It costs $${watchingDollars(megabitsPerSecond, count, seconds).toFixed(2)} at most`;
}

function show(points: readonly Point[]): void {
  for (const { what, measured, isGood, change } of points) {
    console.log(`  ${isGood ? "good" : "bad "}  ${what.padEnd(11)} ${measured}`);
    if (!isGood) console.log(`                    ${change}`);
  }
  const isReady = points.every(({ isGood }) => isGood);
  console.log(isReady ? "\nIt is ready for a show." : "\nIt isn't ready for a show.");
  if (!isReady) process.exitCode = 1;
}

function whole(option: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Error(`${option} must be a whole number from 1 to ${most}.`);
}
