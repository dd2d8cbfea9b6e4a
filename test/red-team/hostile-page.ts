/** A page of the deployment's own origin with hostile peers in it (test/pages/hostile-peer.ts), one for each attack. */

import { setTimeout as wait } from "node:timers/promises";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { patchedCore } from "../../build/patched-core.ts";
import type { AttackStatus, Swarm } from "../pages/attack.ts";

/** With the viewers, no more than the tracker introduces at once. */
const AT_A_TIME = 3;

const MEETING_MS = 5_000;

/** Whom to attack. */
export interface Target {
  channel: string;
  swarm: Swarm;
}

export class HostilePage {
  readonly #page: Page;
  readonly #target: Target;
  #joined = 0;

  private constructor(page: Page, target: Target) {
    this.#page = page;
    this.#target = target;
  }

  static async open(browser: Browser, address: string, target: Target): Promise<HostilePage> {
    const page = await (await browser.newContext({ bypassCSP: true })).newPage();
    // Any page that really comes from there: browsers keep others from sockets on this machine.
    await page.goto(`${address}config.json`);
    await page.evaluate(await hostileScript());
    await page.evaluate("globalThis.peers = []; undefined");
    return new HostilePage(page, target);
  }

  /** A peer joins for each of these attacks, beside those that are there. Each gets the viewer's part of its peer id from `nameOf`. */
  async join(attacks: readonly string[], nameOf: (index: number) => string = randomName): Promise<void> {
    const { swarm, channel } = this.#target;
    const before = this.#joined;
    this.#joined += attacks.length;
    const peers = attacks.map((attack, index) => ({
      attack,
      peerId: Buffer.from(`-SH02sm-${nameOf(index)}`, "latin1").toString("hex"),
      // A connection to the tracker of its own.
      swarm: { ...swarm, tracker: `${swarm.tracker}?player=${before + index}` },
    }));
    await this.#page.evaluate(
      `globalThis.peers.push(...${JSON.stringify(peers)}.map(({ attack, peerId, swarm }) =>
        new hostile.Hostile(swarm, peerId, ${JSON.stringify(channel)}, attack))); undefined`,
    );
  }

  /** What became of each attack, in the order in which they joined. */
  statuses(): Promise<AttackStatus[]> {
    return this.#page.evaluate<AttackStatus[]>("peers.map(({ status }) => status)");
  }

  /**
   * Some join at a time, and leave the swarm when they have met all, with their connections: the tracker introduces a
   * newcomer to five. Whoever isn't met in time is met by nobody.
   */
  async joinOneAfterTheOther(attacks: readonly string[], viewers: number): Promise<void> {
    for (let first = 0; first < attacks.length; first += AT_A_TIME) {
      const joining = attacks.slice(first, first + AT_A_TIME);
      await this.join(joining);
      const haveMetAll = async () =>
        (await this.statuses()).slice(-joining.length).every(({ met }) => met.length === viewers);
      const giveUpAt = performance.now() + MEETING_MS;
      while (!(await haveMetAll()) && performance.now() < giveUpAt) await wait(50);
      await this.#page.evaluate("for (const peer of peers) peer.hide()");
    }
  }

  async leave(): Promise<void> {
    await this.#page.evaluate("for (const peer of peers.splice(0)) peer.leave()");
  }

  close(): Promise<void> {
    return this.#page.context().close();
  }
}

let script: Promise<string> | undefined;

/** Built once, with the tracker's real client. */
function hostileScript(): Promise<string> {
  script ??= build({
    entryPoints: [inPages("hostile-peer.ts")],
    bundle: true,
    write: false,
    format: "iife",
    conditions: ["p2pml:core-as-bundle"],
    plugins: [patchedCore],
    alias: { "webrtc-polyfill": inPages("webrtc.ts"), events: "bare-events" },
    define: { global: "globalThis", "process.browser": "true" },
  }).then(({ outputFiles }) => outputFiles[0]?.text ?? "");
  return script;
}

function inPages(file: string): string {
  return new URL(`../pages/${file}`, import.meta.url).pathname;
}

/** Twelve characters, like any viewer's. */
export function randomName(): string {
  return Math.random().toString(36).slice(2).padEnd(12, "x").slice(0, 12);
}
