/** Reads what the browser knows of the connection and the battery. Some browsers know neither. */

import type { Circumstances } from "./allowance.ts";

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

/** Calls `listener` at once with what is known, and again on every change, until `signal` is aborted. */
export function watchDevice(listener: (device: Device) => void, signal: AbortSignal): void {
  const browser = navigator as DeviceNavigator;
  let battery: Battery | null = null;
  const report = () =>
    listener({
      isMetered: isMetered(browser),
      battery: battery && { level: battery.level, isCharging: battery.charging },
    });
  report();
  browser.connection?.addEventListener("change", report, { signal });
  // Rejects where the page isn't allowed to ask, for example in a frame. The battery stays unknown then.
  browser.getBattery?.().then(
    (found) => {
      if (signal.aborted) return;
      battery = found;
      battery.addEventListener("levelchange", report, { signal });
      battery.addEventListener("chargingchange", report, { signal });
      report();
    },
    () => {},
  );
}
