/**
 * Remembers for an hour, in this browser only, what the viewer's uplink carries. Without it, every visit would begin by
 * serving peers faster than a slow uplink bears.
 */

export interface UplinkMemory {
  /** In bits per second, as it was last measured; null if that was more than an hour ago. */
  known(): number | null;
  keep(bitsPerSecond: number): void;
  forget(): void;
}

const KEY = "shoal-uplink";
const KEPT_MS = 60 * 60 * 1000;

export const browserUplinkMemory: UplinkMemory = {
  known() {
    try {
      const kept: { bitsPerSecond?: unknown; at?: unknown } = JSON.parse(localStorage.getItem(KEY) ?? "{}");
      const bitsPerSecond = Number(kept.bitsPerSecond);
      const age = Date.now() - Number(kept.at);
      const isKnown = bitsPerSecond > 0 && Number.isFinite(bitsPerSecond);
      return isKnown && age >= 0 && age < KEPT_MS ? bitsPerSecond : null;
    } catch {
      // Storage is forbidden here, or holds something else.
      return null;
    }
  },

  keep(bitsPerSecond) {
    try {
      localStorage.setItem(KEY, JSON.stringify({ bitsPerSecond, at: Date.now() }));
    } catch {
      // Storage is forbidden or full: the next visit measures again.
    }
  },

  forget() {
    try {
      localStorage.removeItem(KEY);
    } catch {
      // Storage is forbidden here, so nothing is remembered either.
    }
  },
};
