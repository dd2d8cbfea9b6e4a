/** What audiences go through: steady coming and going, a crowd, a mass reconnect, half of all leaving at once. */
import { type Mesh, measureMesh } from "./measure.ts";
import { type Policy, Simulation } from "./simulation.ts";

export interface Steady {
  readonly mesh: Mesh;
  readonly messagesPerViewerHour: number;
}

export interface SteadyAudience {
  readonly viewers: number;
  readonly stayMinutes: number;
  /** How long the first viewers take to come, how long they and their successors then watch unmeasured, and measured. */
  readonly fillMinutes: number;
  readonly settleMinutes: number;
  readonly measureMinutes: number;
}

/** As many come as go: the figures are taken at the end, the messages over the measured time. */
export async function steady(policy: Policy, audience: SteadyAudience, seed: number): Promise<Steady> {
  const { viewers, stayMinutes, fillMinutes, settleMinutes, measureMinutes } = audience;
  const simulation = new Simulation(policy, viewers, seed);
  const stay = () => simulation.chance.lasting(60 * stayMinutes);
  const minutes = fillMinutes + settleMinutes + measureMinutes;
  simulation.arrive(viewers, 60 * fillMinutes, stay);
  simulation.arrive(Math.round((viewers * minutes) / stayMinutes), 60 * minutes, stay);
  await simulation.pass(60 * (fillMinutes + settleMinutes));
  const from = simulation.nowSeconds;
  let viewerSeconds = 0;
  for (let minute = 0; minute < measureMinutes; minute++) {
    await simulation.pass(60);
    viewerSeconds += 60 * simulation.viewers.size;
  }
  return {
    mesh: meshOf(simulation, from),
    messagesPerViewerHour: simulation.traffic.total(from, simulation.nowSeconds) / (viewerSeconds / 3600),
  };
}

export interface Crowd {
  /** Eight minutes after the last of the crowd has come. */
  readonly mesh: Mesh;
  readonly messagesPerViewer: number;
  readonly busiestSecond: number;
  /** After all lines are cut at once. */
  readonly reconnect: {
    readonly busiestSecond: number;
    /** In the second half hour, against the mean of that time: how even the load has become. */
    readonly busiestSecondLater: number;
    readonly meanSecondLater: number;
    readonly mesh: Mesh;
  };
  /** A minute and a quarter of an hour after half of all left at once. */
  readonly exodus: { readonly atOnce: Mesh; readonly healed: Mesh };
}

/**
 * A crowd joins a hundredth as many viewers within two minutes and stays. Then all connections are cut, and an hour
 * later half of the viewers leave.
 */
export async function crowd(policy: Policy, viewers: number, seed: number): Promise<Crowd> {
  const simulation = new Simulation(policy, viewers, seed);
  const { traffic } = simulation;
  const forGood = () => Number.POSITIVE_INFINITY;
  simulation.arrive(viewers / 100, 60, forGood);
  await simulation.pass(600);
  const came = simulation.nowSeconds;
  simulation.arrive(viewers, 120, forGood);
  await simulation.pass(600);
  const mesh = meshOf(simulation, came);
  const messagesPerViewer = traffic.total(came, simulation.nowSeconds) / viewers;
  const busiestSecond = traffic.peak(came, simulation.nowSeconds);

  const cut = simulation.nowSeconds;
  await simulation.cutAll();
  await simulation.pass(1800);
  const later = simulation.nowSeconds;
  await simulation.pass(1800);
  const reconnect = {
    busiestSecond: traffic.peak(cut, later),
    busiestSecondLater: traffic.peak(later, simulation.nowSeconds),
    meanSecondLater: traffic.total(later, simulation.nowSeconds) / 1800,
    mesh: meshOf(simulation, cut),
  };

  await simulation.depart(0.5);
  await simulation.pass(60);
  const atOnce = meshOf(simulation, cut);
  await simulation.pass(840);
  const exodus = { atOnce, healed: meshOf(simulation, cut) };
  return { mesh, messagesPerViewer, busiestSecond, reconnect, exodus };
}

function meshOf(simulation: Simulation, since: number): Mesh {
  return measureMesh([...simulation.viewers.values()], simulation.nowSeconds, since);
}
