/** What attacks make the stack do, and what AWS would charge for it: the figures of docs/security.md. */

import { estimate, total } from "../build/cost/estimate.ts";
import { renditionsOf } from "../build/cost/stack.ts";
import { buildPages, pagesAreStale } from "../build/pages.ts";
import { type Shoal, startShoal } from "../local/shoal.ts";
import { readTemplate } from "../local/template.ts";
import * as holders from "./attacks/holders.ts";
import * as strangers from "./attacks/strangers.ts";
import { type Done, dollarsOf, invocationsIn, type Toll, tollOf } from "./attacks/toll.ts";
import { atMost, type Figure, type Measurement } from "./measurement.ts";

const TRIES = 60;

/** Whatever a ticket's holder does is limited in windows of ten minutes. */
const WINDOWS_AN_HOUR = 6;

const HOST = { host: "127.0.0.1", port: 0, streamKey: "bench", withChannel: false } as const;

export async function measure(): Promise<Measurement> {
  if (await pagesAreStale()) await buildPages();
  const rows: string[] = [];
  const figures: Figure[] = [];
  const [open, closed] = [
    await startShoal(HOST),
    await startShoal({ ...HOST, isPrivate: true, password: "right", parameters: TOKENS }),
  ];
  try {
    const stranger = async (shoal: Shoal, what: string, attack: strangers.Attack) => {
      const toll = await tollOf(shoal, () => attack(shoal, TRIES));
      rows.push(row(what, toll, `${perMillion(toll, TRIES)} a million`));
      return toll;
    };
    let invocations = 0;
    for (const [what, attack] of Object.entries(WITHOUT_TICKET))
      invocations += invocationsIn(await stranger(open, what, attack));
    invocations += invocationsIn(
      await stranger(closed, "made-up links of a private stream", strangers.links),
    );
    figures.push(
      atMost("invocations by strangers without a password's or a token's try", invocations, 0, String),
    );
    rows.push(...(await entries(closed)));
    const honest = await honestHour();
    figures.push({ what: "an honest viewer-hour", value: `$${honest.toFixed(4)}` });
    for (const [what, attack] of Object.entries(WITH_TICKET)) {
      const toll = await tollOf(open, () => attack(open));
      const hour = WINDOWS_AN_HOUR * dollarsOf(toll);
      rows.push(row(what, toll, `$${hour.toFixed(4)} an hour`));
      figures.push(
        atMost(`${what}, an hour`, hour / honest, 10, (times) => `${times.toFixed(2)} honest viewer-hours`),
      );
    }
    for (const [what, times] of Object.entries({ "that are let in": 500, "beyond 1,000": 1000 })) {
      const toll = await tollOf(open, () => holders.connects(open, times));
      rows.push(row(`connections from one network, ${what}`, toll, `${perMillion(toll, times)} a million`));
    }
  } finally {
    await Promise.all([open.stop(), closed.stop()]);
  }
  const header =
    "| attack | edge | messages | invocations | writes, reads | would cost |\n| --- | --- | --- | --- | --- | --- |";
  return {
    title: "Attacks",
    method: `The stack on this machine counts what reaches Lambda and DynamoDB; prices are those of \`build/cost/prices.ts\`, with 30 ms for an invocation, and for a password what its hash takes here. Strangers try ${TRIES} times each. Who has a ticket sends 30 messages at once over ever new connections, until none is let in any more: as much as a window of ten minutes allows. Six such windows make its hour. An honest viewer's is \`npm run cost -- --viewers 1000 --share 70%\`, for each of them.`,
    table: `${header}\n${rows.join("\n")}`,
    figures,
  };
}

const TOKENS = {
  TokenKey: "a secret of thirty-two characters",
  TokenIssuer: "https://club.example",
  TokenAudience: "show",
};

const WITHOUT_TICKET: Readonly<Record<string, strangers.Attack>> = {
  "made-up paths": strangers.paths,
  "made-up queries": strangers.queries,
  "made-up names of assets": strangers.assets,
  "other methods": strangers.methods,
  "tickets made up, cut or of another deployment": strangers.tickets,
  "handshakes without a ticket": strangers.handshakes,
  "tickets of an open stream": strangers.newTickets,
  "the studio's API without a session": strangers.studioPaths,
  "made-up links to the studio": strangers.studioLinks,
};

const WITH_TICKET: Readonly<Record<string, (shoal: Shoal) => Promise<Done>>> = {
  "a ticket replayed over many connections": holders.replay,
  "`started`, again and again": holders.started,
  "other swarms": holders.otherSwarms,
  "other viewers' peer ids": holders.otherPeers,
  "answers that nobody asked for": holders.uninvitedAnswers,
};

/** Tries at a password and a token: those that are looked at, and those beyond thirty from a network in ten minutes. */
async function entries(closed: Shoal): Promise<string[]> {
  const template = await readTemplate();
  const memory = template.resource("TicketsFunction").properties.at("MemorySize").number() / 1024;
  const timed = async (what: string, attack: strangers.Attack, times: number) => {
    const since = performance.now();
    const toll = await tollOf(closed, () => attack(closed, times));
    const seconds = (performance.now() - since) / 1000 / times;
    const dollars = (1_000_000 / times) * dollarsOf(toll, { TicketsFunction: memory * seconds });
    return row(what, toll, `$${dollars.toFixed(2)} a million, ${Math.round(seconds * 1000)} ms each`);
  };
  // The right ones don't count, so the function has started and nothing is spent.
  await strangers.passwords(closed, 1);
  return [
    await timed("wrong passwords, looked at", strangers.passwords, 14),
    await timed("wrong tokens, looked at", strangers.tokens, 14),
    await strangers
      .tokens(closed, 5)
      .then(() => timed("wrong passwords, unseen", strangers.passwords, TRIES)),
  ];
}

async function honestHour(): Promise<number> {
  const show = {
    hours: 1,
    megabitsPerSecond: 3.128,
    share: 0.7,
    renditions: await renditionsOf("720p"),
    hasTwoPipelines: false,
    hasOriginShield: true,
  };
  const at = (viewers: number) => total(estimate({ ...show, viewers }));
  return (at(1000) - at(0)) / 1000;
}

function perMillion(toll: Toll, tries: number): string {
  return `$${((1_000_000 / tries) * dollarsOf(toll)).toFixed(2)}`;
}

function row(what: string, toll: Toll, cost: string): string {
  const ran = Object.entries(toll.invocations).map(
    ([name, times]) => `${times} of ${name.replace(/Function$/, "")}`,
  );
  return `| ${what} | ${toll.requests} | ${toll.messages} | ${ran.join(", ") || "none"} | ${toll.writes}, ${toll.reads} | ${cost} |`;
}
