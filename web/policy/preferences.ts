/** Keeps a viewer's choices in this browser for the next visit. They are never sent anywhere. */

import type { SharingMode } from "./allowance.ts";

export interface Preferences {
  panelOpen: boolean;
  /** Null until the viewer chooses. Until then the deployment and the device decide. */
  sharing: SharingMode | null;
  /** The viewer has read that others can see their address while they share. */
  told: boolean;
  /** The viewer said yes to sharing. A mode alone is no yes: pages could once set it. */
  agreed: boolean;
  /** The viewer lets the player report how playback goes. */
  reports: boolean;
  /** A random number from 0 to 1, drawn once, that decides where a channel shares with only some of its viewers. */
  draw: number;
}

/** The part of `localStorage` that is used. */
export type Storage = Pick<globalThis.Storage, "getItem" | "setItem">;

const KEY = "shoal-preferences";
const MODES: readonly unknown[] = ["on", "leech", "off"] satisfies SharingMode[];

/** Reads what was kept. `random` gives the draw of a viewer who has none yet. */
export function readPreferences(storage: Storage | null, random = Math.random): Preferences {
  const kept = parsed(storage);
  return {
    panelOpen: kept["panelOpen"] === true,
    sharing: MODES.includes(kept["sharing"]) ? (kept["sharing"] as SharingMode) : null,
    told: kept["told"] === true,
    agreed: kept["agreed"] === true,
    reports: kept["reports"] !== false,
    draw: typeof kept["draw"] === "number" ? kept["draw"] : random(),
  };
}

/** Keeps a change. If the storage is full or forbidden, the choice only lasts for this visit. */
export function keepPreferences(storage: Storage | null, change: Partial<Preferences>): void {
  try {
    storage?.setItem(KEY, JSON.stringify({ ...parsed(storage), ...change }));
  } catch (error) {
    console.info("This choice can't be kept for the next visit:", error);
  }
}

/** This browser's storage; null where it is forbidden, as in some private windows and frames. */
export function browserStorage(): Storage | null {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}

function parsed(storage: Storage | null): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(KEY) ?? "{}");
    return typeof kept === "object" && kept !== null ? (kept as Record<string, unknown>) : {};
  } catch {
    // Not our JSON. The next choice overwrites it.
    return {};
  }
}
