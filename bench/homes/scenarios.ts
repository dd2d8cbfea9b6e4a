/** The scenarios: access lines as people have them, and what happens on them. */

import { entering, homes, line, pipe, STREAM_KILOBITS, USUAL } from "./access-lines.ts";
import type { Event, Router, Scenario } from "./scenario.ts";
import { narrowDownlink, uplinkCollapse, weakUplinks } from "./worst-scenarios.ts";

const VIEWERS = 6;
const HALF = 3;
const CROWD = 12;

/** Time to connect and to fill the buffers, then a minute and more. */
const SETTLED = { from: 25, to: 95 };
/** Where nothing changes any more, half of that tells as much. */
const UNEVENTFUL = { from: 25, to: 60 };
const ARRIVING = entering(VIEWERS, 1);
const SIX = { viewers: VIEWERS, measured: SETTLED };

const evenUplinks: Scenario = {
  name: "even-uplinks",
  title: "uplink 1.0 times the stream in half",
  routers: [...homes(HALF, line(20_000, STREAM_KILOBITS)), ...homes(HALF, USUAL)],
  events: ARRIVING,
  measured: SETTLED,
};

const usual: Scenario = {
  name: "usual",
  title: "20/5 Mbit/s, 20 ms each way, all alike",
  routers: homes(VIEWERS, USUAL),
  events: ARRIVING,
  measured: SETTLED,
  mostCopies: 1.3,
};

const loss: Scenario = {
  name: "loss",
  title: "3 % loss and 30 ms jitter in half",
  routers: [...homes(HALF, line(20_000, 5_000, { lossPercent: 3, jitterMs: 30 })), ...homes(HALF, USUAL)],
  events: ARRIVING,
  measured: SETTLED,
  mostCopies: 3.5,
};

const outage: Scenario = {
  name: "cdn-outage",
  title: "the CDN answers 503 for 8 s",
  routers: homes(VIEWERS, USUAL),
  events: [...ARRIVING, { at: 40, does: "cdn-fails" }, { at: 48, does: "cdn-returns" }],
  measured: SETTLED,
};

const symmetric: Scenario = {
  name: "symmetric-nat",
  title: "half behind symmetric NAT",
  routers: [...homes(HALF, USUAL, { nat: "symmetric" }), ...homes(HALF, USUAL)],
  events: ARRIVING,
  measured: UNEVENTFUL,
};

const udpBlocked: Scenario = {
  name: "udp-blocked",
  title: "UDP blocked for all",
  routers: homes(VIEWERS, USUAL, { nat: "no-udp" }),
  events: ARRIVING,
  measured: UNEVENTFUL,
};

const noTracker: Scenario = {
  name: "tracker-away",
  title: "the tracker is away",
  routers: homes(VIEWERS, USUAL),
  events: [{ at: 0, does: "tracker-fails" }, ...ARRIVING],
  measured: UNEVENTFUL,
};

/** 60 % of what six viewers need. */
const SCHOOL: Router[] = [{ nat: "cone", line: line(6_000, 2_000), homes: VIEWERS }];

const schoolArriving: Scenario = {
  name: "school-arriving",
  title: "a school arrives: six behind one router with 6 Mbit/s, within 10 s",
  routers: SCHOOL,
  events: entering(VIEWERS, 2),
  measured: { from: 0, to: 40 },
};

const school: Scenario = {
  name: "school",
  title: "the school, settled",
  routers: SCHOOL,
  events: entering(VIEWERS, 2),
  measured: { from: 40, to: 100 },
  mostCopies: 1.3,
};

const classArriving: Scenario = {
  name: "class-arriving",
  title: "a class of twelve behind 12 Mbit/s opens the page within 10 s",
  routers: [{ nat: "cone", line: line(12_000, 4_000), homes: CROWD }],
  events: entering(CROWD, 0.8),
  measured: { from: 0, to: 40 },
};

const flat: Scenario = {
  name: "flat",
  title: "a flat network",
  routers: [],
  flatHomes: VIEWERS,
  events: ARRIVING,
  measured: UNEVENTFUL,
  mostCopies: 1.15,
};

/** Frames between two stations cross the air twice: 40 of 60 Mbit/s if all but one take from peers. */
const venue: Scenario = {
  name: "venue",
  title: "a venue's crowd: 12 on one access point with 10 Mbit/s behind it",
  routers: [
    {
      nat: "cone",
      line: line(10_000, 5_000),
      homes: CROWD,
      air: pipe(60_000, { queueMs: 100, delayMs: 1, jitterMs: 2, lossPercent: 0 }),
    },
  ],
  events: entering(CROWD, 1),
  measured: SETTLED,
};

const cdnPath: Scenario = {
  name: "cdn-path",
  title: "a CDN path of 1.1 times the stream, near peers on fast lines",
  routers: homes(VIEWERS, line(50_000, 20_000, { delayMs: 5 }), {
    cdnPath: line(Math.round(STREAM_KILOBITS * 1.1), 5_000, { delayMs: 40 }),
  }),
  events: ARRIVING,
  measured: SETTLED,
};

const FIBRE = line(50_000, 50_000, { delayMs: 5 });
const CABLE = line(30_000, 5_000, { delayMs: 12 });
const DSL = line(8_000, 1_000, { delayMs: 20 });
const MOBILE = line(6_000, 2_000, { delayMs: 35, jitterMs: 15, lossPercent: 0.5 });

const mixed: Scenario = {
  name: "mixed",
  title: "12 homes, fibre, cable, DSL and mobile, joining and leaving",
  routers: [
    ...homes(3, FIBRE),
    ...homes(4, CABLE),
    ...homes(3, DSL),
    ...homes(2, MOBILE, { nat: "symmetric" }),
  ],
  renditions: [
    { width: 320, kilobitsPerSecond: 1_500 },
    { width: 480, kilobitsPerSecond: 2_500 },
  ],
  events: [
    ...[0, 3, 7, 10, 1, 4, 8, 11].map((home, turn): Event => ({ at: turn, does: "enter", home })),
    { at: 30, does: "enter", home: 2 },
    { at: 35, does: "leave", home: 0 },
    { at: 40, does: "enter", home: 5 },
    { at: 45, does: "change-line", router: 10, line: line(2_500, 500, { delayMs: 60, jitterMs: 30 }) },
    { at: 50, does: "leave", home: 7 },
    { at: 55, does: "enter", home: 9 },
    { at: 60, does: "leave", home: 3 },
    { at: 65, does: "enter", home: 6 },
    { at: 70, does: "change-line", router: 10, line: MOBILE },
    { at: 75, does: "enter", home: 0 },
    { at: 80, does: "leave", home: 4 },
    { at: 85, does: "enter", home: 3 },
  ],
  measured: { from: 25, to: 115 },
};

/** In the order of the table. */
export const SCENARIOS: readonly Scenario[] = [
  narrowDownlink(SIX),
  weakUplinks(SIX),
  uplinkCollapse(SIX),
  evenUplinks,
  usual,
  loss,
  outage,
  symmetric,
  udpBlocked,
  noTracker,
  school,
  schoolArriving,
  classArriving,
  flat,
  venue,
  cdnPath,
  mixed,
];
