import { MEETING_SECONDS, until } from "./until.ts";
import type { Viewer } from "./viewer.ts";

/** Waits until each of these viewers is connected to all the others. Throws with what each says of itself if that takes too long. */
export async function untilAllMet(viewers: readonly Viewer[]): Promise<void> {
  const haveMet = async () => (await peersOf(viewers)).every((peers) => peers === viewers.length - 1);
  await until("everyone is connected to everyone", haveMet, MEETING_SECONDS).catch(async (error) => {
    const told = viewers.map(async (viewer, seat) => `viewer ${seat}: ${await viewer.panelText()}`);
    throw new Error([error, ...(await Promise.all(told))].join("\n"));
  });
}

/** To how many others each of these viewers is connected. */
export async function peersOf(viewers: readonly Viewer[]): Promise<number[]> {
  return (await Promise.all(viewers.map((viewer) => viewer.stats()))).map(({ peersNow }) => peersNow);
}
