/** Measures what viewers cost: the real tracker on DynamoDB's stand-in, with every unit, request and message counted. */

import { startDynamoDb } from "../local/dynamodb.ts";
import { readTables } from "../local/template/tables.ts";
import { readTemplate } from "../local/template.ts";
import { atMost, type Figure, type Measure } from "./measurement.ts";
import { type Bill, cents, dollars, FIXED_POLICY, minus, NO_BILL, plus, times } from "./price/bill.ts";
import { MeteredTracker } from "./price/metered-tracker.ts";
import { fillSwarm } from "./price/swarm.ts";

const SIZES = [3, 10, 100, 1_000, 100_000];
/** Viewers measured in each swarm; figures are means. */
const VIEWERS = 40;
const VISITS = 60;

export const measure: Measure = async () => {
  const table = readTables(await readTemplate()).find(({ id }) => id === "SeatsTable");
  if (!table) throw new Error("template.yaml has no SeatsTable");
  const figures: Figure[] = [];
  const dynamoDb = await startDynamoDb([table]);
  try {
    const tableName = table.create.TableName ?? "";
    for (const size of SIZES) {
      const infoHash = `a swarm of ${size}`.padEnd(20, "-");
      await fillSwarm(dynamoDb.endpoint, tableName, infoHash, size);
      const tracker = new MeteredTracker(dynamoDb.endpoint, tableName);
      for (const [event, bill] of Object.entries(await measureEvents(tracker, infoHash))) {
        figures.push({ what: `${event}, swarm of ${size.toLocaleString("en")}`, value: words(bill) });
      }
    }
    const infoHashes = ["a swarm of 1000-----", "another of 1000-----"];
    await fillSwarm(dynamoDb.endpoint, tableName, "another of 1000-----", 1000);
    for (const [stayMinutes, swarms] of [
      [60, 1],
      [60, 2],
      [6, 1],
      [6, 2],
    ] as const) {
      const tracker = new MeteredTracker(dynamoDb.endpoint, tableName);
      const hourly = await measureVisits(tracker, infoHashes.slice(0, swarms), stayMinutes * 60);
      const what = `1,000 viewer-hours, ${swarms} swarm${swarms > 1 ? "s" : ""} a viewer, mean stay ${stayMinutes} min`;
      const price = 1000 * dollars(hourly);
      figures.push(stayMinutes === 60 ? atMost(what, price, 0.1, cents) : { what, value: cents(price) });
      figures.push({ what: "… for each viewer and hour", value: words(hourly) });
    }
    figures.push({
      what: "1,000 viewer-hours at a fixed 120 s with five offers, 1 swarm",
      value: cents(1000 * dollars(FIXED_POLICY)),
    });
  } finally {
    await dynamoDb.stop();
  }
  return { title: "Price", method: METHOD, figures };
};

const METHOD = `The tracker's own code on dynalite, which computes capacity as DynamoDB does (\`ReturnConsumedCapacity\`); it counts nothing for a query that finds nothing, where DynamoDB may charge its minimum of half a unit. Figures are means of ${VIEWERS} viewers in each swarm. W and R are write and read units, "requests" are those to DynamoDB plus those to @connections, "messages" are API Gateway's in both directions. Each announce carries five offers. In viewer-hours each relayed offer is answered, and the answers are included.

Viewer-hours: ${VISITS} visits with exponentially distributed stays, announcing as the tracker tells them to, in swarms of 1,000; a viewer has one connection, and two swarms where video and audio are separate. The price includes messages in both directions, connection minutes, Lambda (256 MB, 30 ms for each message, authorizer and disconnect: an assumption) and DynamoDB on demand, at the prices in \`build/cost/prices.ts\`. A connection that is cut after 2 hours adds one connect and one announce to a swarm. The other seats of the swarm don't change; the mesh's messages show the additional cost where all stays are brief.`;

/** What one of each event costs in a swarm. */
async function measureEvents(tracker: MeteredTracker, infoHash: string): Promise<Record<string, Bill>> {
  const bills: Record<string, Bill> = {};
  const add = async (event: string, happen: () => Promise<unknown>) => {
    const before = tracker.bill;
    await happen();
    bills[event] = plus(bills[event] ?? NO_BILL, times(minus(tracker.bill, before), 1 / VIEWERS));
  };
  for (let number = 0; number < VIEWERS; number++) {
    const viewer = await tracker.arrive(`${infoHash.slice(0, 17)} ${number}`);
    await add("first announce", () => viewer.announce(infoHash, "started"));
    tracker.passSeconds(60);
    await add("second announce", () => viewer.announce(infoHash));
    tracker.passSeconds(1800);
    await add("later announce", () => viewer.announce(infoHash));
    await add("answer", () => viewer.answer(infoHash));
    await add("disconnect", () => viewer.leave());
  }
  return bills;
}

/** What a viewer costs in an hour. */
async function measureVisits(
  tracker: MeteredTracker,
  infoHashes: string[],
  meanStaySeconds: number,
): Promise<Bill> {
  let seconds = 0;
  for (let number = 0; number < VISITS; number++) {
    // Evenly spaced quantiles of the exponential distribution have the same mean in every run.
    const stay = -meanStaySeconds * Math.log(1 - (number + 0.5) / VISITS);
    seconds += stay;
    await tracker.visit(`visitor ${meanStaySeconds} ${infoHashes.length} ${number}`, infoHashes, stay);
  }
  return times(tracker.bill, 3600 / seconds);
}

function words(bill: Bill): string {
  const number = (value: number) => String(Number(value.toFixed(2)));
  const parts = [
    `${number(bill.writes)} W`,
    `${number(bill.reads)} R`,
    `${number(bill.dynamoDbRequests)} + ${number(bill.posts)} requests`,
    `${number(bill.messages)} messages`,
  ];
  return parts.join(", ");
}
