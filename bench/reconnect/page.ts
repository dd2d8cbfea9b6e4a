/** The tracker client that pages load, taken out of the core's bundle and run in simulated time. */

import { readFile } from "node:fs/promises";
import { compileFunction } from "node:vm";
import { coreBundle, readPatchedCore } from "../../build/patched-core.ts";
import type { Chance } from "../chance.ts";
import type { EventQueue } from "../event-queue.ts";
import type { Gateway } from "./gateway.ts";

/** What pages load, or the published bundle without Shoal's patches. */
export type Variant = "shipped" | "published";

interface World {
  readonly queue: EventQueue;
  readonly chance: Chance;
  readonly gateway: Gateway;
}

type TrackerClass = new (client: object, url: string) => object;

/** The function that it resolves to opens a viewer's page, whose swarms share a socket, and tells of each announce. */
export async function loadPages(
  variant: Variant,
  swarms: number,
  world: World,
): Promise<(viewer: number, onAnnounce: () => void) => void> {
  const bundle = variant === "shipped" ? await readPatchedCore() : await readFile(coreBundle, "utf8");
  const Tracker = evaluate(bundle, world);
  // What it needs of the client that owns it.
  const client = { emit: () => {}, _defaultAnnounceOpts: () => ({}) };
  return (viewer, onAnnounce) => {
    // Sockets are shared by address, and each viewer has one of its own.
    const url = `wss://tracker.test/tracker?viewer=${viewer}`;
    for (let swarm = 0; swarm < swarms; swarm++) {
      Object.assign(new Tracker(client, url), { announce: onAnnounce });
    }
  };
}

/** Runs the bundle's text with a clock, chance and sockets that are simulated. */
function evaluate(bundle: string, { queue, chance, gateway }: World): TrackerClass {
  const body = `"use strict";${bundle.replace(/^export \{.*\};$/m, "return WebSocketTracker;")}`;
  const world = {
    setTimeout: (action: () => void, milliseconds: number) => {
      const timer = { isOff: false, unref: () => {} };
      queue.after(milliseconds / 1000, () => {
        if (!timer.isOff) action();
      });
      return timer;
    },
    clearTimeout: (timer?: { isOff: boolean }) => {
      if (timer) timer.isOff = true;
    },
    // Regular announces are measured elsewhere.
    setInterval: () => ({ unref: () => {} }),
    self: globalThis,
    clearInterval: () => {},
    Math: Object.assign(Object.create(Math), { random: chance.next }),
    WebSocket: class {
      readyState = 0;
      onopen: (() => void) | null = null;
      onclose: (() => void) | null = null;
      onerror: (() => void) | null = null;
      constructor() {
        gateway.connect(this);
      }
      close(): void {
        this.readyState = 3;
        this.onclose?.();
      }
    },
  };
  return compileFunction(body, Object.keys(world))(...Object.values(world));
}
