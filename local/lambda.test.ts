import { afterEach, expect, test } from "vitest";
import { FunctionError, Lambda } from "./lambda.ts";
import type { FunctionSettings } from "./template/functions.ts";

const started: Lambda[] = [];
const logged: string[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((lambda) => lambda.stop()));
  logged.length = 0;
});

function lambdaWith(...functions: (Partial<FunctionSettings> & { handler: string })[]): Lambda {
  const lambda = new Lambda({
    functions: functions.map((settings) => ({
      id: settings.handler,
      file: new URL("../test/doubles/lambda-functions.ts", import.meta.url),
      environment: {},
      timeoutSeconds: 10,
      memoryMegabytes: 128,
      ...settings,
    })),
    onLog: (functionId, line) => logged.push(`${functionId}: ${line}`),
  });
  started.push(lambda);
  return lambda;
}

test("a function gets the event and gives its answer", async () => {
  const lambda = lambdaWith({ handler: "echo" });
  expect(await lambda.invoke("echo", { a: [1] })).toMatchObject({ event: { a: [1] } });
});

test("a function sees its own environment and nobody else's", async () => {
  const lambda = lambdaWith(
    { handler: "echo", id: "one", environment: { VARIABLE: "1" } },
    { handler: "echo", id: "two", environment: { VARIABLE: "2" } },
  );
  expect(await lambda.invoke("one", {})).toMatchObject({ variable: "1", home: null });
  expect(await lambda.invoke("two", {})).toMatchObject({ variable: "2", home: null });
});

test("a changed environment is that of the next invocation, and what is under way finishes", async () => {
  const lambda = lambdaWith({ handler: "hang", id: "hang", environment: { VARIABLE: "1" } });
  await lambda.invoke("hang", { seconds: 0 });
  const underWay = lambda.invoke("hang", { seconds: 0.4 });
  lambda.configure("hang", { VARIABLE: "2" });
  await underWay;

  const other = lambdaWith({ handler: "echo", environment: { VARIABLE: "1" } });
  await other.invoke("echo", {});
  other.configure("echo", { VARIABLE: "2" });
  expect(await other.invoke("echo", {})).toMatchObject({ variable: "2" });
  expect(() => other.configure("nobody", {})).toThrow("There is no function nobody");
});

test("an instance is kept for the next invocation", async () => {
  const lambda = lambdaWith({ handler: "count" });
  await lambda.invoke("count", {});
  expect(await lambda.invoke("count", {})).toBe(2);
});

test("a handler that throws is a FunctionError with its words", async () => {
  const invocation = lambdaWith({ handler: "fail" }).invoke("fail", {});
  await expect(invocation).rejects.toThrow(FunctionError);
  await expect(invocation).rejects.toThrow("the handler's own words");
});

test("a handler that takes too long is ended, the other invocations finish, and the next gets a new instance", async () => {
  const lambda = lambdaWith({ handler: "hang", timeoutSeconds: 1 });
  await lambda.invoke("hang", { seconds: 0 });
  const slow = lambda.invoke("hang", { seconds: 30 });
  const quick = lambda.invoke("hang", { seconds: 0.4 });
  await expect(slow).rejects.toThrow("Task timed out after 1.00 seconds");
  expect(await quick).toBe("done");
  expect(await lambda.invoke("hang", { seconds: 0 })).toBe("done");
});

test("an answer of more than 6 MB is refused", async () => {
  const lambda = lambdaWith({ handler: "grow" });
  expect(await lambda.invoke("grow", { bytes: 6_000_000 })).toHaveLength(6_000_000);
  await expect(lambda.invoke("grow", { bytes: 6_291_556 })).rejects.toThrow(
    "exceeded maximum allowed payload size",
  );
});

test("what a function logs reaches the log", async () => {
  await lambdaWith({ handler: "talk" }).invoke("talk", {});
  await expect.poll(() => logged).toContain("talk: a line of log");
});

test("a handler that isn't there is named", async () => {
  await expect(lambdaWith({ handler: "nothing" }).invoke("nothing", {})).rejects.toThrow(
    "exports no function nothing",
  );
});

test("a function that is stopped fails what it was doing", async () => {
  const lambda = lambdaWith({ handler: "hang" });
  const invocation = lambda.invoke("hang", { seconds: 30 });
  const failure = expect(invocation).rejects.toThrow("The function was stopped");
  await lambda.stop();
  await failure;
});
