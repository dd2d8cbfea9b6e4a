import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const START = fileURLToPath(new URL("../../local/start.ts", import.meta.url));

interface Run {
  readonly process: ChildProcess;
  /** What it has written so far. */
  readonly out: () => string;
  readonly errors: () => string;
  /** The exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  /** The only folder in which it makes temporary ones. */
  readonly temporary: string;
}

/** Runs what `npm start` runs, in a pipe, with ports, temporary folders and a stream key of its own. */
async function start(args: string[], environment: Record<string, string> = {}): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), "shoal-start-test-"));
  const temporary = join(folder, "temporary");
  await mkdir(temporary);
  const child = spawn(process.execPath, [START, ...args], {
    // A group of its own, like a job in a terminal.
    detached: true,
    env: { PATH: process.env["PATH"], TMPDIR: temporary, XDG_STATE_HOME: folder, ...environment },
  });
  let out = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ended = once(child, "close").then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  return { process: child, out: () => out, errors: () => errors, ended, temporary };
}

const ANY_PORTS = ["--port", "0", "--rtmp-port", "0", "--host", "127.0.0.1"];

/** The first address of this scheme that the process has printed. */
async function address(run: Run, scheme: "http" | "ws"): Promise<string> {
  const found = () => new RegExp(`${scheme}://\\S+`).exec(run.out())?.[0];
  await expect.poll(found, { timeout: 30_000, interval: 50 }).toBeDefined();
  return found() ?? "";
}

/** From the kernel where it tells, so that a machine without `ps` will do. */
function childrenOf(pid: number): number[] {
  const children =
    process.platform === "linux"
      ? readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
      : spawnSync("pgrep", ["-P", String(pid)], { encoding: "utf8" }).stdout;
  return children.split(/\s+/).filter(Boolean).map(Number);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function takenPort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  return port;
}

test("--help explains the options and starts nothing", async () => {
  const run = await start(["--help"]);
  expect(await run.ended).toBe(0);
  expect(run.out()).toMatch(/^ {2}--rtmp-port PORT +where OBS sends RTMP to; 1935$/m);
  expect(run.errors()).toBe("");
});

test("a wrong option is one sentence and exit code 2", async () => {
  const run = await start(["--prot", "1"]);
  expect(await run.ended).toBe(2);
  expect(run.errors()).toBe("Unknown option '--prot': see npm start -- --help.\n");
  expect(run.out()).toBe("");
});

test("a port that is taken is one sentence and exit code 2", async () => {
  const port = String(await takenPort());
  const run = await start([...ANY_PORTS, "--port", port]);
  expect(await run.ended).toBe(2);
  const sentence = `Port ${port} is taken by another program: end it, or choose another port with --port.\n`;
  expect(run.errors()).toBe(sentence);
  expect(await readdir(run.temporary)).toEqual([]);
});

test("an RTMP port that is taken names its own option", async () => {
  const port = String(await takenPort());
  const run = await start([...ANY_PORTS, "--rtmp-port", port]);
  expect(await run.ended).toBe(2);
  const sentence = `Port ${port} is taken by another program: end it, or choose another port with --rtmp-port.\n`;
  expect(run.errors()).toBe(sentence);
});

test("a media folder that can't be written to is one sentence and exit code 2", async () => {
  const folder = await mkdtemp(join(tmpdir(), "shoal-start-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "file"), "");
  const media = join(folder, "file", "media");
  const run = await start([...ANY_PORTS, "--media-folder", media]);
  expect(await run.ended).toBe(2);
  expect(run.errors()).toBe(
    `The media folder ${media} can't be written to (ENOTDIR): choose another with --media-folder.\n`,
  );
});

test.each([
  ["--ladder", "900p", /^The parameter Ladder is "900p", but must be one of .*720p.*\.\n$/],
  ["--ladder", "853x480@1", /^The rendition "853x480@1" must be as in 1280x720@2\.5: .*\.\n$/],
  ["--renditions", "900p", /^The ladder has no rendition "900p"; it has 720p, 360p\.\n$/],
])("a %s that isn't there is one sentence and exit code 2", async (option, value, sentence) => {
  const run = await start([...ANY_PORTS, option, value]);
  expect(await run.ended).toBe(2);
  expect(run.errors()).toMatch(sentence);
});

test("within 30 s the page, the playlist and its first segment are there", async () => {
  const started = performance.now();
  const run = await start(ANY_PORTS);
  const url = await address(run, "http");
  expect(await (await fetch(url)).text()).toMatch(/<!doctype html>/i);
  const config = (await (await fetch(`${url}config.json`)).json()) as { hls: string };
  const { ticket } = (await (await fetch(`${url}ticket`)).json()) as { ticket: string };
  const ticketed = new URL(`/t/${ticket}`, url).href;
  const read = async (address: string): Promise<string> => (await fetch(address)).text();
  const firstEntry = (playlist: string): string => /^[^#\s]\S*$/m.exec(playlist)?.[0] ?? "";
  const segmentStatus = async (): Promise<number> => {
    const rendition = new URL(firstEntry(await read(ticketed + config.hls)), ticketed + config.hls);
    const segment = new URL(firstEntry(await read(rendition.href)), rendition);
    return segment.pathname.endsWith("/") ? 404 : (await fetch(segment)).status;
  };
  await expect.poll(segmentStatus, { timeout: 30_000, interval: 250 }).toBe(200);
  expect(performance.now() - started).toBeLessThan(30_000);
});

test("STUN servers reach the player, and a standard channel shows both servers", async () => {
  const chosen = ["--stun-servers", "stun:a.example:3478", "--class", "STANDARD", "--renditions", "360p"];
  const run = await start([...ANY_PORTS, ...chosen]);
  const url = await address(run, "http");
  const config = await (await fetch(`${url}config.json`)).json();
  expect(config).toMatchObject({ stunServers: ["stun:a.example:3478"] });
  expect(run.out()).toMatch(/^ +Second OBS rtmp:\/\/127\.0\.0\.1:\d+\/live$/m);
});

test("in a pipe there are plain lines: link, OBS's two fields, what is on the air, viewers", async () => {
  const run = await start([...ANY_PORTS, "--stream-key", "my-key"]);
  await address(run, "http");
  await expect.poll(run.out, { timeout: 10_000 }).toMatch(/Viewers .*\n/);
  expect(run.out()).toMatch(/^Watch +http:\/\/127\.0\.0\.1:\d+\/$/m);
  expect(run.out()).toMatch(/^ +Server +rtmp:\/\/127\.0\.0\.1:\d+\/live$/m);
  expect(run.out()).toMatch(/^ +Stream Key my-key$/m);
  expect(run.out()).toMatch(/^On the air +\S/m);
  expect(run.out()).not.toContain(String.fromCharCode(27));
});

test("the stream key is the same at the next start", async () => {
  const folder = await mkdtemp(join(tmpdir(), "shoal-start-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const keyOf = async (): Promise<string> => {
    const run = await start([...ANY_PORTS, "--no-test-card"], { XDG_STATE_HOME: folder });
    await address(run, "http");
    run.process.kill("SIGINT");
    await run.ended;
    return /Stream Key (\S+)/.exec(run.out())?.[1] ?? "";
  };
  const first = await keyOf();
  expect(first).not.toBe("");
  expect(await keyOf()).toBe(first);
});

test.each([
  ["Ctrl-C, which a terminal sends to all processes", (pid: number) => process.kill(-pid, "SIGINT")],
  ["SIGTERM", (pid: number) => process.kill(pid, "SIGTERM")],
])("%s ends everything within 2 s and leaves nothing behind", async (_case, end) => {
  const run = await start(ANY_PORTS);
  const url = await address(run, "http");
  const pid = run.process.pid ?? 0;
  await expect.poll(() => readdir(run.temporary)).toHaveLength(1);
  const children = childrenOf(pid);
  const asked = performance.now();
  end(pid);
  expect(await run.ended).toBe(0);
  expect(performance.now() - asked).toBeLessThan(2000);
  expect(await readdir(run.temporary)).toEqual([]);
  await expect(fetch(url)).rejects.toThrow("fetch failed");
  expect(children.filter(isRunning)).toEqual([]);
  expect(run.errors()).toBe("");
});

test("when it is killed, its processes end by themselves", async () => {
  const run = await start(ANY_PORTS);
  await address(run, "http");
  const children = childrenOf(run.process.pid ?? 0);
  expect(children).not.toEqual([]);
  run.process.kill("SIGKILL");
  await expect.poll(() => children.filter(isRunning), { timeout: 5000 }).toEqual([]);
});

test("Ctrl-C while it starts ends it too", async () => {
  const run = await start(ANY_PORTS);
  await new Promise((resolve) => setTimeout(resolve, 400));
  const asked = performance.now();
  run.process.kill("SIGINT");
  await run.ended;
  expect(performance.now() - asked).toBeLessThan(2000);
  expect(await readdir(run.temporary)).toEqual([]);
});

test("the tracker alone says where it is, and ends as quickly", async () => {
  const run = await start(["--tracker-only", ...ANY_PORTS]);
  expect(await address(run, "ws")).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/$/);
  run.process.kill("SIGINT");
  expect(await run.ended).toBe(0);
});
