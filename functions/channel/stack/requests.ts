/** Serves one of CloudFormation's requests and answers it, whatever fails on the way. */

import { createHmac } from "node:crypto";
import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from "aws-lambda";
import type { Channels } from "../channels.ts";
import { type Clock, reach } from "../reach.ts";
import { answerTo, type Outcome, taskOf } from "./custom-resource.ts";
import { signingKeysOf } from "./signing-keys.ts";

export interface StackServices {
  readonly channels: Pick<Channels, "find" | "state" | "stop">;
  readonly clock: Clock;
  randomBytes(size: number): Uint8Array;
  /** Delivers the answer. Rejects when it didn't arrive. */
  respond(url: string, answer: CloudFormationCustomResourceResponse): Promise<void>;
  log(line: string): void;
}

/** 128 bits as 32 hexadecimal digits, which are valid in RTMP, in headers and in OBS. */
const SECRET_BYTES = 16;
/** Reserved, of the function's time limit, for delivering the answer. */
const TIME_TO_ANSWER_MILLISECONDS = 30_000;
/** The wait for the channel ends this much earlier, so that the answer can name the state that it hangs in. */
const TIME_TO_REPORT_MILLISECONDS = 10_000;
const DELIVERY_ATTEMPTS = 4;

/**
 * A repeated event is served again, under the same physical id; CloudFormation takes the first answer. Rejects only
 * when no answer could be delivered, so that Lambda repeats the event.
 */
export async function serveStack(
  event: CloudFormationCustomResourceEvent,
  remainingMilliseconds: number,
  services: StackServices,
): Promise<void> {
  const deadline = services.clock.now() + remainingMilliseconds - TIME_TO_ANSWER_MILLISECONDS;
  const outcome = await Promise.race([
    serve(event, deadline, services).catch((error: unknown): Outcome => failed(error)),
    outOfTime(deadline, services.clock),
  ]);
  const result = outcome.status === "FAILED" ? `failed: ${outcome.reason}` : "done";
  services.log(`${event.RequestType} of ${event.LogicalResourceId} ${result}`);
  await deliver(event.ResponseURL, answerTo(event, outcome), services);
}

async function serve(
  event: CloudFormationCustomResourceEvent,
  deadline: number,
  { channels, clock, randomBytes, log }: StackServices,
): Promise<Outcome> {
  const task = taskOf(event);
  if (task.do === "make secrets") return { status: "SUCCESS", data: makeSecrets(randomBytes) };
  if (task.do === "derive a secret") {
    return { status: "SUCCESS", data: deriveSecret(task.root, task.name, task.version) };
  }
  if (task.do === "derive signing keys") {
    return { status: "SUCCESS", data: { ...signingKeysOf(task.seed, task.number) } };
  }
  if (task.do === "stop the channel") {
    for (const channelId of await channels.find(event.StackId)) {
      await reach(
        {
          channelId,
          goal: "IDLE",
          state: channels.state,
          ask: channels.stop,
          deadline: deadline - TIME_TO_REPORT_MILLISECONDS,
          onState: (state) => log(`Channel ${channelId} is ${state}`),
        },
        clock,
      );
    }
  }
  return { status: "SUCCESS" };
}

/** The attributes that the template reads from `Custom::Secrets`. */
export function makeSecrets(randomBytes: StackServices["randomBytes"]): Readonly<Record<"Root", string>> {
  return { Root: Buffer.from(randomBytes(SECRET_BYTES)).toString("hex") };
}

/** The attributes that the template reads from `Custom::Secret`. The first version has no `Previous`. */
export function deriveSecret(
  root: string,
  name: string,
  version: number,
): Readonly<Record<"Value" | "Previous", string>> {
  const derived = (of: number) =>
    createHmac("sha256", root)
      .update(`${name}|${of}`)
      .digest("hex")
      .slice(0, 2 * SECRET_BYTES);
  return { Value: derived(version), Previous: version > 1 ? derived(version - 1) : "" };
}

async function outOfTime(deadline: number, clock: Clock): Promise<Outcome> {
  await clock.sleep(Math.max(0, deadline - clock.now()));
  return failed(new Error("AWS didn't answer in time. Run the same command again."));
}

function failed(error: unknown): Outcome {
  return { status: "FAILED", reason: error instanceof Error ? error.message : String(error) };
}

async function deliver(
  url: string,
  answer: CloudFormationCustomResourceResponse,
  services: StackServices,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await services.respond(url, answer);
    } catch (error) {
      if (attempt === DELIVERY_ATTEMPTS) throw error;
      await services.clock.sleep(1_000 * 2 ** (attempt - 1));
    }
  }
}
