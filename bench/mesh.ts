/** Measures the mesh that the tracker creates, beside that of a tracker with a fixed interval and random receivers. */
import type { Figure, Measure, Measurement } from "./measurement.ts";
import { type Crowd, crowd, type Steady, type SteadyAudience, steady } from "./mesh/scenarios.ts";

const SEED = 20261121;

/** The audience of each scenario. */
interface Sizes {
  readonly title: string;
  readonly steady: readonly SteadyAudience[];
  readonly crowd: number;
  /** How many times smaller the reference's audience is: its figures don't depend on the size, but take much longer. */
  readonly referenceFewer: number;
}

const QUICK: Sizes = {
  title: "Mesh",
  steady: [
    { viewers: 4_000, stayMinutes: 60, fillMinutes: 10, settleMinutes: 80, measureMinutes: 60 },
    { viewers: 4_000, stayMinutes: 6, fillMinutes: 5, settleMinutes: 15, measureMinutes: 15 },
  ],
  crowd: 10_000,
  referenceFewer: 1,
};

const HALF_MILLION: Sizes = {
  title: "Mesh of half a million",
  steady: [{ viewers: 500_000, stayMinutes: 60, fillMinutes: 10, settleMinutes: 20, measureMinutes: 10 }],
  crowd: 100_000,
  referenceFewer: 10,
};

/** Takes a few minutes. */
export const measure: Measure = () => measureSizes(QUICK);

/** Half a million viewers, and a crowd of a hundred thousand: takes about 20 minutes of one core, and 5 GB. */
export const measureHalfMillion: Measure = () => measureSizes(HALF_MILLION);

async function measureSizes(sizes: Sizes): Promise<Measurement> {
  const started = performance.now();
  const figures: Figure[] = [];
  for (const audience of sizes.steady) {
    const shoal = await timed(() => steady("shoal", audience, SEED));
    const { viewers, stayMinutes } = audience;
    const smaller = { ...audience, viewers: viewers / sizes.referenceFewer };
    const reference = await timed(() => steady("reference", smaller, SEED));
    figures.push(...ofSteady(`${viewers.toLocaleString("en")}, stay ${stayMinutes} min`, shoal, reference));
  }
  const shoal = await timed(() => crowd("shoal", sizes.crowd, SEED));
  const reference = await timed(() => crowd("reference", sizes.crowd / sizes.referenceFewer, SEED));
  figures.push(...ofCrowd(`crowd of ${sizes.crowd.toLocaleString("en")}`, shoal, reference));
  figures.push({
    what: "all of this took",
    value: `${minutes(performance.now() - started)}, and at most ${gigabytes(process.resourceUsage().maxRSS * 1024)}`,
  });
  return { title: sizes.title, method: METHOD, figures };
}

const METHOD = `The tracker's own code over its in-memory store, in virtual time, with an audience that behaves as real clients do: five offers in each announce, offers lapse after 50 s, and setting up a connection takes about a second (\`bench/mesh/viewer.ts\`); one connection in seven fails because of routers or by chance (\`bench/mesh/audience.ts\`); one viewer in ten vanishes without a word, and API Gateway closes every connection after two hours (\`bench/mesh/simulation.ts\`). Stays are exponentially distributed. The reference is in parentheses, measured in the same run: 120 s, five offers, random receivers (for half a million: with a tenth of the viewers). Viewers are settled after five minutes; seed ${SEED}.

A neighbour costs three messages and lasts as long as the shorter of two stays. At a mean stay of 6 minutes, a fifth of the reference's messages is eleven per stay: an announce, its reply, and three offers at three messages each. Three offers can't give six neighbours, so any tracker misses one of the two bounds there; this one keeps the neighbours (docs/decisions/pace-follows-the-swarm.md).`;

function ofSteady(name: string, shoal: Steady, reference: Steady): Figure[] {
  const [mesh, other] = [shoal.mesh, reference.mesh];
  const messages = shoal.messagesPerViewerHour / reference.messagesPerViewerHour;
  const [wait, otherWait] = [mesh.thirdNeighbour, other.thirdNeighbour];
  return [
    beside(
      `${name}: neighbours of a settled viewer, 5th percentile`,
      [mesh, other],
      fewest,
      "at least 6",
      (m) => m.neighbours.fewest >= 6,
    ),
    beside("… median", [mesh, other], (m) => String(m.neighbours.median)),
    beside(
      "… most",
      [mesh, other],
      (m) => String(m.neighbours.most),
      "at most 50",
      (m) => m.neighbours.most <= 50,
    ),
    beside(
      "… settled viewers in the largest component",
      [mesh, other],
      component,
      "at least 99.9 %",
      isWhole,
    ),
    beside(
      "… neighbours in the same network",
      [mesh, other],
      (m) => percent(m.sameNetwork),
      "3 times the reference",
      (m, r) => m.sameNetwork >= 3 * r.sameNetwork,
    ),
    beside(
      "… neighbours behind the same address",
      [mesh, other],
      (m) => percent(m.sameAddress),
      "3 times the reference",
      (m, r) => m.sameAddress >= 3 * r.sameAddress,
    ),
    {
      what: "… from arrival to the third neighbour, median",
      value: `${seconds(wait.median)} (${seconds(otherWait.median)})`,
      bound: { words: "no longer", holds: isNoLonger(wait.median, otherWait.median) },
    },
    {
      what: "… 95th percentile",
      value: `${seconds(wait.p95)} (${seconds(otherWait.p95)})`,
      bound: { words: "no longer", holds: isNoLonger(wait.p95, otherWait.p95) },
    },
    {
      what: "… messages for each viewer and hour",
      value: `${shoal.messagesPerViewerHour.toFixed(1)} (${reference.messagesPerViewerHour.toFixed(1)}), ${percent(messages)}`,
      bound: { words: "at most a fifth", holds: messages <= 0.2 },
    },
  ];
}

function ofCrowd(name: string, shoal: Crowd, reference: Crowd): Figure[] {
  const [ours, theirs] = [shoal.reconnect, reference.reconnect];
  const exodus = [shoal.exodus, reference.exodus] as const;
  return [
    beside(
      `${name} within two minutes, eight minutes later: neighbours, 5th percentile`,
      [shoal.mesh, reference.mesh],
      fewest,
      "at least 6",
      (m) => m.neighbours.fewest >= 6,
    ),
    beside(
      "… most",
      [shoal.mesh, reference.mesh],
      (m) => String(m.neighbours.most),
      "at most 50",
      (m) => m.neighbours.most <= 50,
    ),
    beside("… in the largest component", [shoal.mesh, reference.mesh], component, "at least 99.9 %", isWhole),
    beside(
      "… from arrival to the third neighbour, 95th percentile",
      [shoal.mesh, reference.mesh],
      (m) => seconds(m.thirdNeighbour.p95),
      "no longer",
      (m, r) => isNoLonger(m.thirdNeighbour.p95, r.thirdNeighbour.p95),
    ),
    {
      what: "… busiest second as it comes",
      value: `${each(shoal.busiestSecond)} (${each(reference.busiestSecond)}) messages`,
    },
    {
      what: "all connections cut: busiest second of the return",
      value: `${each(ours.busiestSecond)} (${each(theirs.busiestSecond)}) messages`,
    },
    {
      what: "… busiest second half an hour later, and the mean",
      value: `${each(ours.busiestSecondLater)}, ${each(ours.meanSecondLater)} (${each(theirs.busiestSecondLater)}, ${each(theirs.meanSecondLater)}) messages`,
    },
    beside(
      "… an hour later: neighbours, most",
      [ours.mesh, theirs.mesh],
      (m) => String(m.neighbours.most),
      "at most 50",
      (m) => m.neighbours.most <= 50,
    ),
    beside(
      "half leave at once, a minute later: neighbours, 5th percentile",
      [exodus[0].atOnce, exodus[1].atOnce],
      fewest,
    ),
    beside("… in the largest component", [exodus[0].atOnce, exodus[1].atOnce], component),
    beside(
      "… a quarter of an hour later: neighbours, 5th percentile",
      [exodus[0].healed, exodus[1].healed],
      fewest,
      "at least 6",
      (m) => m.neighbours.fewest >= 6,
    ),
    beside(
      "… in the largest component",
      [exodus[0].healed, exodus[1].healed],
      component,
      "at least 99.9 %",
      isWhole,
    ),
  ];
}

type MeshFigure = Steady["mesh"];

/** A figure of ours with the reference's in parentheses. */
function beside(
  what: string,
  [ours, reference]: readonly [MeshFigure, MeshFigure],
  read: (mesh: MeshFigure) => string,
  words?: string,
  holds?: (ours: MeshFigure, reference: MeshFigure) => boolean,
): Figure {
  const value = `${read(ours)} (${read(reference)})`;
  return words && holds ? { what, value, bound: { words, holds: holds(ours, reference) } } : { what, value };
}

const fewest = (mesh: MeshFigure) => String(mesh.neighbours.fewest);
const component = (mesh: MeshFigure) => percent(mesh.largestComponent, 2);
const isWhole = (mesh: MeshFigure) => mesh.largestComponent >= 0.999;
/** Compares tenths of a second, which is as precise as the model's delays are. */
const isNoLonger = (ours: number, reference: number) => Math.round(10 * ours) <= Math.round(10 * reference);
const percent = (share: number, digits = 1) => `${(100 * share).toFixed(digits)} %`;
const seconds = (value: number) => `${value.toFixed(1)} s`;
const each = (value: number) => Math.round(value).toLocaleString("en");
const minutes = (milliseconds: number) => `${(milliseconds / 60_000).toFixed(1)} minutes`;
const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

/** Reports progress, since the measurement takes long at full size. */
async function timed<Result>(run: () => Promise<Result>): Promise<Result> {
  const started = performance.now();
  const result = await run();
  console.error(`mesh: a scenario took ${minutes(performance.now() - started)}`);
  return result;
}
