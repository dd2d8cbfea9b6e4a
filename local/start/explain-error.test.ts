import { expect, test } from "vitest";
import { UsageError } from "../options.ts";
import { explainStartError } from "./explain-error.ts";

const sentence = (error: unknown, channelClass?: string) =>
  explainStartError(error, { rtmpPort: 1935, srtPort: 5050, channelClass });
const systemError = (fields: object) => Object.assign(new Error("listen"), fields);

test("a taken port names the option that chooses another", () => {
  expect(sentence(systemError({ code: "EADDRINUSE", port: 8080 }))).toBe(
    "Port 8080 is taken by another program: end it, or choose another port with --port.",
  );
  expect(sentence(systemError({ code: "EADDRINUSE", port: 1935 }))).toMatch(/with --rtmp-port\.$/);
  expect(sentence(systemError({ code: "EADDRINUSE", port: 5050 }))).toMatch(/with --srt-port\.$/);
});

test("so does the port of a standard channel's second pipeline", () => {
  const taken = systemError({ code: "EADDRINUSE", port: 1936 });
  expect(sentence(taken, "STANDARD")).toMatch(/with --rtmp-port\.$/);
  expect(sentence(taken)).toMatch(/with --port\.$/);
});

test("a cause is found behind an error that names none", () => {
  const error = new Error("the channel didn't start", {
    cause: systemError({ code: "EADDRINUSE", port: 1935 }),
  });
  expect(sentence(error)).toMatch(/^Port 1935 is taken/);
});

test("a port that needs a privileged user, and an address of another machine, are named", () => {
  expect(sentence(systemError({ code: "EACCES", port: 80 }))).toMatch(/^Port 80 may not be opened/);
  expect(sentence(systemError({ code: "EADDRNOTAVAIL", address: "10.9.8.7" }))).toMatch(
    /^10\.9\.8\.7 is not an address/,
  );
});

test("what the person did wrong is said in its own words", () => {
  expect(sentence(new UsageError("--port is empty."))).toBe("--port is empty.");
});

test("an error of the program's own is no sentence", () => {
  expect(sentence(new TypeError("x is not a function"))).toBeUndefined();
  expect(sentence("text")).toBeUndefined();
});
