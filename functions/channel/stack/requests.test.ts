import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from "aws-lambda";
import { beforeEach, describe, expect, test } from "vitest";
import { MemoryChannels } from "../../../test/doubles/channels-memory.ts";
import { TestClock } from "../../../test/doubles/clock.ts";
import type { Channels } from "../channels.ts";
import { type StackServices, serveStack } from "./requests.ts";
import { signingKeysOf } from "./signing-keys.ts";

const CHANNEL = "1234567";
const LAMBDA_LIMIT = 15 * 60_000;

async function event(
  name: string,
  changes: Record<string, unknown> = {},
): Promise<CloudFormationCustomResourceEvent> {
  const file = new URL(`../../../events/channel/${name}.json`, import.meta.url);
  return { ...JSON.parse(await readFile(file, "utf8")), ...changes };
}

let clock: TestClock;
let channels: MemoryChannels;
let answers: CloudFormationCustomResourceResponse[];
let lines: string[];
let services: StackServices;

beforeEach(async () => {
  clock = new TestClock();
  channels = new MemoryChannels(clock);
  answers = [];
  lines = [];
  services = {
    channels,
    clock,
    randomBytes,
    log: (line) => lines.push(line),
    respond: async (_url, answer) => {
      answers.push(answer);
    },
  };
  channels.create(CHANNEL, (await event("secrets-create")).StackId);
});

const serve = (request: CloudFormationCustomResourceEvent) =>
  clock.until(serveStack(request, LAMBDA_LIMIT, services));

async function onTheAir(): Promise<void> {
  await channels.start(CHANNEL);
  await clock.pass(600_000);
}

describe("before the channel changes", () => {
  test("a running channel is stopped, and CloudFormation hears of it only when it is idle", async () => {
    await onTheAir();
    const stateAtAnswer: string[] = [];
    services = {
      ...services,
      respond: async (_url, answer) => {
        answers.push(answer);
        stateAtAnswer.push(await channels.state(CHANNEL));
      },
    };
    await serve(await event("before-change-update"));
    expect(answers).toMatchObject([{ Status: "SUCCESS" }]);
    expect(stateAtAnswer).toEqual(["IDLE"]);
  });
  test("the creation and the deletion of the stack pass without a look at the channel", async () => {
    for (const RequestType of ["Create", "Delete"]) {
      await serve(await event("before-change-update", { RequestType }));
    }
    expect(answers).toMatchObject([{ Status: "SUCCESS" }, { Status: "SUCCESS" }]);
    expect(channels.calls).toEqual([]);
  });
  test("an update keeps the physical id, so that CloudFormation deletes nothing afterwards", async () => {
    const update = await event("before-change-update");
    await serve(update);
    expect(answers[0]?.PhysicalResourceId).toBe("StopBeforeChange-7b1b9a52-91b1-4e8c-b7a5-0d6a4ce5a1d3");
  });
});

describe("before the channel is deleted", () => {
  test("a running channel is stopped", async () => {
    await onTheAir();
    await serve(await event("before-delete-delete"));
    expect(await channels.state(CHANNEL)).toBe("IDLE");
    expect(answers).toMatchObject([{ Status: "SUCCESS" }]);
  });
  test("a channel that is just starting is let start, then stopped", async () => {
    await channels.start(CHANNEL);
    await serve(await event("before-delete-delete"));
    expect(await channels.state(CHANNEL)).toBe("IDLE");
  });
  test("a channel that is gone already is no obstacle", async () => {
    channels.delete();
    await serve(await event("before-delete-delete"));
    expect(answers).toMatchObject([{ Status: "SUCCESS" }]);
  });
  test("the channel of another stack is never touched", async () => {
    await onTheAir();
    await serve(
      await event("before-delete-delete", { StackId: "arn:aws:cloudformation:us-east-1:1:stack/b/2" }),
    );
    expect(await channels.state(CHANNEL)).toBe("RUNNING");
  });
  test("an event that comes twice at once is answered twice, and harms nothing", async () => {
    await onTheAir();
    const request = await event("before-delete-delete");
    await clock.until(
      Promise.all([serveStack(request, LAMBDA_LIMIT, services), serveStack(request, LAMBDA_LIMIT, services)]),
    );
    expect(answers).toMatchObject([{ Status: "SUCCESS" }, { Status: "SUCCESS" }]);
  });
});

describe("the signing keys", () => {
  test("follow from seed and number, and are masked", async () => {
    await serve(await event("signing-keys-create"));
    const Data = signingKeysOf("00112233445566778899aabbccddeeff", 1);
    expect(answers).toMatchObject([{ Status: "SUCCESS", NoEcho: true, Data }]);
  });
  test("get a new physical id with a new number, so that whoever holds the old one follows", async () => {
    const create = await event("signing-keys-create");
    const ResourceProperties = { ...create.ResourceProperties, Number: "2" };
    const RequestType = "Update";
    await serve({ ...create, RequestType, PhysicalResourceId: "old", ResourceProperties } as typeof create);
    expect(answers[0]?.PhysicalResourceId).not.toBe("old");
    expect(answers[0]?.Data).toEqual(signingKeysOf("00112233445566778899aabbccddeeff", 2));
  });
  test("leave nothing to delete", async () => {
    await serve(
      await event("signing-keys-create", {
        RequestType: "Delete",
        PhysicalResourceId: "old",
        ResourceProperties: {},
      }),
    );
    expect(answers).toMatchObject([{ Status: "SUCCESS", PhysicalResourceId: "old" }]);
  });
  test.each([
    [{ Seed: "00ff", Number: "1" }, "Seed must be at least 32 hexadecimal digits"],
    [{ Number: "1" }, "Seed must be at least 32 hexadecimal digits"],
    [{ Seed: "0".repeat(32), Number: "0" }, 'Number is "0", but must be a whole number from 1'],
    [{ Seed: "0".repeat(32), Number: "next" }, 'Number is "next"'],
  ])("of %j are refused, with a reason that doesn't repeat the seed", async (ResourceProperties, reason) => {
    await serve(await event("signing-keys-create", { ResourceProperties }));
    expect(answers).toMatchObject([{ Status: "FAILED", Reason: expect.stringContaining(reason) }]);
    expect(answers[0]?.Status === "FAILED" && answers[0].Reason).not.toMatch(/00ff|0{32}/);
  });
});

describe("the root of the secrets", () => {
  test("is 128 random bits that are marked as not to be shown", async () => {
    await serve(await event("secrets-create"));
    const [answer] = answers;
    const values = Object.values(answer?.Data ?? {});
    expect(answer).toMatchObject({ Status: "SUCCESS", NoEcho: true });
    expect(values).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
  });
  test("is never logged", async () => {
    await serve(await event("secrets-create"));
    for (const value of Object.values(answers[0]?.Data ?? {})) expect(lines.join()).not.toContain(value);
  });
  test("is made anew by an update, under a new physical id", async () => {
    const update = await event("secrets-create", { RequestType: "Update", PhysicalResourceId: "old" });
    await serve(update);
    expect(answers[0]?.PhysicalResourceId).not.toBe("old");
    expect(Object.keys(answers[0]?.Data ?? {})).toHaveLength(1);
  });
  test.each([
    [43, "SUCCESS"],
    [44, "FAILED"],
  ])("of a stack whose name has %i characters end in %s", async (length, Status) => {
    const name = "s".repeat(length);
    const StackId = `arn:aws:cloudformation:ap-northeast-1:123456789012:stack/${name}/51af3dc0`;
    await serve(await event("secrets-create", { StackId }));
    expect(answers).toMatchObject([{ Status }]);
    if (Status === "FAILED") expect(answers[0]?.Reason).toContain(`${name} has 44 characters`);
  });
  test("of a stack that exists under a long name are made anew by an update", async () => {
    const StackId = `arn:aws:cloudformation:us-east-1:123456789012:stack/${"s".repeat(48)}/51af3dc0`;
    await serve(await event("secrets-create", { RequestType: "Update", PhysicalResourceId: "old", StackId }));
    expect(answers).toMatchObject([{ Status: "SUCCESS" }]);
  });
  test("leaves nothing to delete", async () => {
    await serve(await event("secrets-create", { RequestType: "Delete", PhysicalResourceId: "old" }));
    expect(answers).toMatchObject([{ Status: "SUCCESS", PhysicalResourceId: "old" }]);
  });
});

describe("a derived secret", () => {
  const derived = async (properties: Record<string, unknown>, changes: Record<string, unknown> = {}) => {
    const request = await event("ticket-key-create");
    const ResourceProperties = { ...request.ResourceProperties, ...properties };
    answers = [];
    await serve({ ...request, ...changes, ResourceProperties } as CloudFormationCustomResourceEvent);
    return answers[0];
  };
  test("is the same for the same root, name and version, and 128 bits that aren't to be shown", async () => {
    const first = await derived({});
    expect(first).toMatchObject({
      Status: "SUCCESS",
      NoEcho: true,
      Data: { Value: expect.stringMatching(/^[0-9a-f]{32}$/), Previous: "" },
    });
    expect((await derived({}))?.Data).toEqual(first?.Data);
    for (const other of [{ Name: "swarm" }, { Root: "another" }, { Version: "2" }]) {
      expect((await derived(other))?.Data?.["Value"]).not.toBe(first?.Data?.["Value"]);
    }
  });
  test("is turned by its version: the value before stays known", async () => {
    const first = await derived({});
    const second = await derived({ Version: "2" }, { RequestType: "Update", PhysicalResourceId: "old" });
    expect(second?.Data?.["Previous"]).toBe(first?.Data?.["Value"]);
    expect(second?.PhysicalResourceId).not.toBe("old");
  });
  test("leaves nothing to delete", async () => {
    const gone = await derived({}, { RequestType: "Delete", PhysicalResourceId: "old" });
    expect(gone).toMatchObject({ Status: "SUCCESS", PhysicalResourceId: "old" });
    expect(gone?.Data).toBeUndefined();
  });
  test.each([{ Version: "0" }, { Version: "1.5" }, { Version: "new" }, { Name: "" }, { Root: undefined }])(
    "of %j is refused",
    async (properties) => {
      expect(await derived(properties)).toMatchObject({
        Status: "FAILED",
        Reason: expect.stringContaining("Custom::Secret: Root and Name must be texts"),
      });
    },
  );
});

describe("CloudFormation is always answered", () => {
  const CALLS = ["find", "state", "stop"] as const;
  const failing = (call: (typeof CALLS)[number], fail: () => Promise<never>): Channels => ({
    find: (id) => (call === "find" ? fail() : channels.find(id)),
    state: (id) => (call === "state" ? fail() : channels.state(id)),
    start: (id) => channels.start(id),
    stop: (id) => (call === "stop" ? fail() : channels.stop(id)),
  });

  describe.each(["before-change-update", "before-delete-delete"])("%s", (name) => {
    test.each(CALLS)("when %s fails for good, with the reason", async (call) => {
      await onTheAir();
      services = {
        ...services,
        channels: failing(call, () => Promise.reject(new Error(`${call} is denied`))),
      };
      await serve(await event(name));
      expect(answers).toMatchObject([{ Status: "FAILED", Reason: `${call} is denied` }]);
    });
    test.each(CALLS)("when %s never returns, before Lambda's time is up", async (call) => {
      await onTheAir();
      const begun = clock.now();
      services = { ...services, channels: failing(call, () => new Promise(() => {})) };
      await serve(await event(name));
      expect(answers).toMatchObject([{ Status: "FAILED", Reason: expect.stringContaining("in time") }]);
      expect(clock.now() - begun).toBeLessThan(LAMBDA_LIMIT);
    });
    test("when the channel never stops, with the state it hangs in", async () => {
      services = {
        ...services,
        channels: { ...failing("find", fine), find: async () => [CHANNEL], state: stopping },
      };
      await serve(await event(name));
      expect(answers).toMatchObject([{ Status: "FAILED", Reason: expect.stringContaining("STOPPING") }]);
    });
  });

  const fine = (): Promise<never> => Promise.reject(new Error("not asked"));
  const stopping = async () => "STOPPING" as const;

  test("when what was thrown isn't even an error", async () => {
    services = { ...services, channels: failing("find", () => Promise.reject("out of sockets")) };
    await serve(await event("before-delete-delete"));
    expect(answers).toMatchObject([{ Status: "FAILED", Reason: "out of sockets" }]);
  });
  test("when the resource's type is unknown", async () => {
    await serve(await event("secrets-create", { ResourceType: "Custom::Else" }));
    expect(answers).toMatchObject([{ Status: "FAILED", Reason: expect.stringContaining("Custom::Else") }]);
  });
  test("when the template forgot to say before what the channel stops", async () => {
    await serve(await event("before-change-update", { ResourceProperties: {} }));
    expect(answers).toMatchObject([{ Status: "FAILED", Reason: expect.stringContaining("Before") }]);
  });
  test("within the 4,096 bytes that it takes, however long the reason", async () => {
    services = {
      ...services,
      channels: failing("find", () => Promise.reject(new Error("no ".repeat(5_000)))),
    };
    await serve(await event("before-delete-delete"));
    expect(JSON.stringify(answers[0]).length).toBeLessThan(4_096);
  });
  test("at the third attempt when two deliveries fail", async () => {
    let attempts = 0;
    services = {
      ...services,
      respond: async (_url, answer) => {
        attempts += 1;
        if (attempts < 3) throw new Error("socket hang up");
        answers.push(answer);
      },
    };
    await serve(await event("secrets-create"));
    expect(answers).toHaveLength(1);
  });
  test("or else the function fails, so that Lambda sends the event again", async () => {
    services = { ...services, respond: () => Promise.reject(new Error("socket hang up")) };
    await expect(serve(await event("secrets-create"))).rejects.toThrow("socket hang up");
  });
});
