/** What the browser tells of the line and the battery, where it tells at all. */

import type { Circumstances } from "../sharing/allowance.ts";

type Device = Pick<Circumstances, "isMetered" | "battery">;

interface Battery extends EventTarget {
  level: number;
  charging: boolean;
}

/** The parts of `navigator` that only some browsers have. */
interface DeviceNavigator {
  connection?: EventTarget & { type?: string; saveData?: boolean };
  getBattery?(): Promise<Battery>;
}

export function isMetered({ connection } = navigator as DeviceNavigator): boolean {
  return connection?.saveData === true || connection?.type === "cellular";
}

/** Calls back at once with what is known, and again whenever it changes; returns the way to stop. */
export function watchDevice(told: (device: Device) => void): () => void {
  const browser = navigator as DeviceNavigator;
  const stopped = new AbortController();
  const { signal } = stopped;
  let battery: Battery | null = null;
  const tell = () =>
    told({
      isMetered: isMetered(browser),
      battery: battery && { level: battery.level, isCharging: battery.charging },
    });
  tell();
  browser.connection?.addEventListener("change", tell, { signal });
  // A page that may not ask for the battery is refused; nothing is known of it then, as elsewhere.
  browser.getBattery?.().then(
    (found) => {
      if (signal.aborted) return;
      battery = found;
      battery.addEventListener("levelchange", tell, { signal });
      battery.addEventListener("chargingchange", tell, { signal });
      tell();
    },
    () => {},
  );
  return () => stopped.abort();
}
