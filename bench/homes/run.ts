/** Plays a scenario once, with sharing on or off in each home, and gives everything that was seen. */

import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import type { Film } from "./film.ts";
import type { Span } from "./freezes.ts";
import type { BuiltNetwork, Lab } from "./lab.ts";
import { readMachine, useBetween } from "./machine.ts";
import type { RunRecord, Visit } from "./outcome.ts";
import { type Pinging, startPing } from "./ping.ts";
import type { Event, Scenario } from "./scenario.ts";
import type { Order, Programme, ServerMessage } from "./server-messages.ts";
import type { Mode } from "./viewer-report.ts";
import { type OnAir, openViewer, startBrowserIn, type Viewer } from "./viewers.ts";

/** Segments first fetched near the end may still be fetched by others; so long they are watched for. */
const AFTERMATH_SECONDS = 5;

/** More at once and they would all be slow. */
const BROWSERS_AT_ONCE = 3;

export async function playScenario(
  lab: Lab,
  scenario: Scenario,
  film: Film,
  modeOf: (home: number) => Mode,
): Promise<RunRecord> {
  const network = await lab.build(scenario);
  const mediaFolder = mkdtempSync(join(lab.folder, "media-"));
  const server = network.startServer(join(import.meta.dirname, "server.ts"));
  const browsers: Browser[] = [];
  const pings: Pinging[] = [];
  try {
    const ready = await startServer(server, { film: film.folder, shape: film.shape, mediaFolder });
    for (let from = 0; from < network.homes.length; from += BROWSERS_AT_ONCE) {
      const some = network.homes.slice(from, from + BROWSERS_AT_ONCE);
      browsers.push(...(await Promise.all(some.map((home) => startBrowserIn(home.namespace, lab.folder)))));
    }
    pings.push(...network.homes.map((home) => startPing(home.namespace, home.server)));
    const stage = { network, browsers, server, programme: ready, modeOf };
    return await play(stage, scenario, pings);
  } finally {
    for (const ping of pings) ping.stop();
    await Promise.all(browsers.map((browser) => browser.close()));
    if (server.connected) server.disconnect();
    network.remove();
    rmSync(mediaFolder, { recursive: true, force: true });
  }
}

interface Stage {
  readonly network: BuiltNetwork;
  readonly browsers: readonly Browser[];
  readonly server: ChildProcess;
  readonly programme: OnAir;
  readonly modeOf: (home: number) => Mode;
}

async function play(
  stage: Stage,
  { events, measured }: Scenario,
  pings: readonly Pinging[],
): Promise<RunRecord> {
  const { network, server } = stage;
  const namespaces = network.homes.map(({ namespace }) => namespace);
  const startedAt = Date.now();
  const until = (second: number) => sleep(Math.max(0, startedAt + second * 1000 - Date.now()));
  const span: Span = { from: startedAt + measured.from * 1000, to: startedAt + measured.to * 1000 };
  const audience = new Audience(stage);
  const happening = events
    .filter(({ at }) => at < measured.to)
    .map(async (event) => {
      await until(event.at);
      await happen(event, stage, audience);
    });
  const failed = Promise.all(happening).then(() => new Promise<never>(() => {}));
  return Promise.race([failed, measure()]);

  async function measure(): Promise<RunRecord> {
    await until(measured.from);
    network.resetCounters();
    const before = readMachine(namespaces);
    await until(measured.to);
    const machine = useBetween(before, readMachine(namespaces));
    const pipes = network.readCounters();
    const visits = await audience.visits();
    const pingsOfHomes = pings.map((ping) => ping.count(span));
    await sleep(AFTERMATH_SECONDS * 1000);
    const { fetched, listedAt } = await askForFetches(server);
    return { span, visits, fetched, listedAt, pipes, pings: pingsOfHomes, machine };
  }
}

async function happen(event: Event, { network, server }: Stage, audience: Audience): Promise<void> {
  if (event.does === "enter") await audience.enter(event.home);
  else if (event.does === "leave") await audience.leave(event.home);
  else if (event.does === "change-line") network.changeLine(event.router, event.line);
  else if (event.does === "cdn-fails") order(server, "fail-cdn");
  else if (event.does === "cdn-returns") order(server, "restore-cdn");
  else order(server, "fail-tracker");
}

/** Who is watching, and what those who left have seen. */
class Audience {
  readonly #stage: Stage;
  readonly #present = new Map<number, Attendance>();
  readonly #departed: Visit[] = [];
  #entered = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async enter(home: number): Promise<void> {
    const { browsers, network, programme, modeOf } = this.#stage;
    const [browser, plan] = [browsers[home], network.homes[home]];
    if (!browser || !plan) throw new Error(`There is no home ${home}`);
    const attendance: Attendance = { home, number: this.#entered, openedAt: Date.now(), viewer: null };
    this.#entered += 1;
    this.#present.set(home, attendance);
    attendance.viewer = await openViewer(browser, { ...attendance, mode: modeOf(home) }, plan, programme);
  }

  async leave(home: number): Promise<void> {
    const attendance = this.#present.get(home);
    if (!attendance) throw new Error(`Nobody is in home ${home}`);
    this.#present.delete(home);
    this.#departed.push(await visitOf(attendance, Date.now()));
    await attendance.viewer?.leave();
  }

  async visits(): Promise<Visit[]> {
    const present = [...this.#present.values()].map((attendance) => visitOf(attendance, null));
    return [...this.#departed, ...(await Promise.all(present))];
  }
}

interface Attendance {
  readonly home: number;
  readonly number: number;
  readonly openedAt: number;
  /** null while the page loads. */
  viewer: Viewer | null;
}

async function visitOf({ viewer, ...attendance }: Attendance, leftAt: number | null): Promise<Visit> {
  return { ...attendance, leftAt, report: (await viewer?.report()) ?? null };
}

async function startServer(server: ChildProcess, programme: Programme) {
  const ready = nextMessage(server, "ready");
  server.send(programme);
  return await ready;
}

async function askForFetches(server: ChildProcess) {
  const answer = nextMessage(server, "fetched");
  order(server, "report");
  return await answer;
}

function order(server: ChildProcess, does: Order["does"]): void {
  server.send({ does } satisfies Order);
}

function nextMessage<Says extends ServerMessage["says"]>(
  server: ChildProcess,
  says: Says,
): Promise<Extract<ServerMessage, { says: Says }>> {
  return new Promise((resolve, reject) => {
    server.once("exit", (code) => reject(new Error(`The lab's server ended (${code})`)));
    server.on("message", (message: ServerMessage) => {
      if (message.says === says) resolve(message as Extract<ServerMessage, { says: Says }>);
    });
  });
}
