import { expect, test } from "vitest";
import { readOptions, UsageError } from "./options.ts";

function options(args: string[], environment: Record<string, string> = {}) {
  const command = readOptions(args, environment);
  if (command.kind !== "start") throw new Error("that was a call for help");
  return command.options;
}

function help(): string {
  const command = readOptions(["--help"], {});
  return command.kind === "help" ? command.text : "";
}

test("without arguments everything starts on the usual ports", () => {
  expect(options([])).toMatchObject({
    host: "0.0.0.0",
    port: 8080,
    rtmpPort: 1935,
    streamKey: undefined,
    testCard: true,
    trackerOnly: false,
    mediaFolder: undefined,
    rawReports: undefined,
    plain: false,
    quiet: false,
  });
});

test("arguments are taken in both spellings", () => {
  expect(
    options(["--port", "9000", "--rtmp-port=1936", "--no-test-card", "--renditions", "720p, 360p"]),
  ).toMatchObject({
    port: 9000,
    rtmpPort: 1936,
    testCard: false,
    renditions: ["720p", "360p"],
  });
});

test("a password makes the stream private", () => {
  expect(options([])).toMatchObject({ isPrivate: false, password: undefined });
  expect(options(["--private"])).toMatchObject({ isPrivate: true, password: undefined });
  expect(options(["--password", "correct horse"])).toMatchObject({
    isPrivate: true,
    password: "correct horse",
  });
});

test("STUN servers are taken one by one, and a wrong one is named", () => {
  expect(options(["--stun-servers", "stun:a.example:3478, stun:[2001:db8::1]:3478"]).stunServers).toBe(
    "stun:a.example:3478,stun:[2001:db8::1]:3478",
  );
  expect(options([]).stunServers).toBeUndefined();
  expect(() => options(["--stun-servers", "stun:a.example:3478,https://b.example"])).toThrow(
    '--stun-servers has "https://b.example"',
  );
});

test("the environment counts where no argument says otherwise", () => {
  const environment = {
    SHOAL_PORT: "9000",
    SHOAL_STREAM_KEY: "from-environment",
    SHOAL_PLAIN: "1",
    SHOAL_QUIET: "0",
  };
  expect(options(["--port", "9001"], environment)).toMatchObject({
    port: 9001,
    streamKey: "from-environment",
    plain: true,
    quiet: false,
  });
});

test("sharing is limited as the options say, and by the template's defaults without them", () => {
  expect(options([]).sharing).toEqual({ consent: undefined, above: undefined, reach: undefined });
  const args = ["--sharing-consent", "ask", "--sharing-above=3", "--sharing-reach", "lan"];
  expect(options(args).sharing).toEqual({ consent: "ask", above: 3, reach: "lan" });
});

test("the tracker alone has a port of its own", () => {
  expect(options(["--tracker-only"])).toMatchObject({ trackerOnly: true, port: 8000 });
});

test.each([
  [["--sharing-reach", "LAN"], /^--sharing-reach is "LAN", but must be one of world, network, lan\.$/],
  [["--prot", "1"], /^Unknown option '--prot': see npm start -- --help\.$/],
  [["left over"], /^Unexpected argument 'left over'.*: see npm start -- --help\.$/],
  [["--port"], /^Option '--port <value>' argument missing: see npm start -- --help\.$/],
  [["--port", "http"], /^--port is "http", but must be a whole number from 0 to 65535\.$/],
  [["--port", "70000"], /^--port is "70000"/],
  [["--segment-seconds", "0"], /^--segment-seconds is "0", but must be a whole number from 1 to 10\.$/],
  [["--window-seconds", "10"], /^--window-seconds is "10", but must be a whole number from 30 to 3600\.$/],
  [["--stream-key", "a/b"], /^--stream-key must have 1 to 64 letters/],
  [["--media-folder="], /^--media-folder is empty\.$/],
  [["--quiet=1"], /--quiet/],
])("%j is refused in one sentence", (args, sentence) => {
  let message = "";
  try {
    readOptions(args, {});
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    message = (error as Error).message;
  }
  expect(message).toMatch(sentence);
  expect(message.split("\n")).toHaveLength(1);
});

test("SRT feeds one pipeline alone", () => {
  expect(options(["--ingest", "srt"]).ingest).toBe("srt");
  expect(() => options(["--ingest", "srt", "--class", "STANDARD"])).toThrow("SRT feeds one pipeline");
});

test("a switch in the environment that is neither on nor off is refused", () => {
  expect(() => options([], { SHOAL_PLAIN: "maybe" })).toThrow('SHOAL_PLAIN is "maybe", but must be 1 or 0.');
});

test("the help text explains every option", () => {
  for (const name of [
    "port",
    "host",
    "rtmp-port",
    "stream-key",
    "ladder",
    "class",
    "stun-servers",
    "renditions",
    "segment-seconds",
    "window-seconds",
    "no-test-card",
    "media-folder",
    "raw-reports",
    "tracker-only",
    "plain",
    "quiet",
  ]) {
    expect(help()).toMatch(new RegExp(`^  --${name}\\b.{3,}`, "m"));
  }
});

test("the help text fits a terminal of 120 columns", () => {
  for (const line of help().split("\n")) expect(line.length).toBeLessThanOrEqual(120);
});
