/** What a viewer chose, kept for the next visit in this browser and sent to nobody. */

import type { SharingMode } from "../sharing/session.ts";

export interface Preferences {
  panelOpen: boolean;
  /** Null until the viewer chooses; the deployment and the line decide until then. */
  sharing: SharingMode | null;
  /** This viewer's lot where a channel shares with only some of its viewers, 0 to 1; drawn once. */
  lot: number;
}

/** The part of `localStorage` that is used here. */
export type Storage = Pick<globalThis.Storage, "getItem" | "setItem">;

const place = "shoal-preferences";
const modes: readonly unknown[] = ["on", "leech", "off"] satisfies SharingMode[];

/** What was kept; `draw` gives the lot of a viewer who has none yet. */
export function readPreferences(storage: Storage | null, draw = Math.random): Preferences {
  const kept = parsed(storage);
  return {
    panelOpen: kept["panelOpen"] === true,
    sharing: modes.includes(kept["sharing"]) ? (kept["sharing"] as SharingMode) : null,
    lot: typeof kept["lot"] === "number" ? kept["lot"] : draw(),
  };
}

/** Keeps what changed; where nothing can be kept (a full or forbidden storage), the choice holds for this visit. */
export function keepPreferences(storage: Storage | null, change: Partial<Preferences>): void {
  try {
    storage?.setItem(place, JSON.stringify({ ...parsed(storage), ...change }));
  } catch (error) {
    console.info("The choice holds for this visit only:", error);
  }
}

/** This browser's storage, or null where it is forbidden, as in some private windows and frames. */
export function browserStorage(): Storage | null {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}

function parsed(storage: Storage | null): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(place) ?? "{}");
    return typeof kept === "object" && kept !== null ? (kept as Record<string, unknown>) : {};
  } catch {
    // Something else wrote there; the next choice overwrites it.
    return {};
  }
}
