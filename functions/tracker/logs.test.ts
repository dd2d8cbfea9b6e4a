import { afterEach, expect, test, vi } from "vitest";
import { logFailure, printMetrics } from "./logs.ts";

afterEach(() => void vi.restoreAllMocks());

test.each([
  ["an error", new TypeError("no route"), "TypeError: no route"],
  ["anything else that was thrown", "a string", "a string"],
])("%s is logged as one JSON object in a line", (_, thrown, cause) => {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  logFailure("a message was not sent", thrown);
  const [line = ""] = write.mock.calls.map(([text]) => String(text));
  expect(line.endsWith("\n")).toBe(true);
  expect(JSON.parse(line)).toEqual({ level: "ERROR", message: "a message was not sent", cause });
});

test("a line of metrics is printed as it is", () => {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  printMetrics('{"_aws":{}}');
  expect(write.mock.calls.map(([text]) => text)).toEqual(['{"_aws":{}}\n']);
});
