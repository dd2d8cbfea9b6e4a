// Serves one request of CloudFormation to the end and answers it, whatever happens on the way.

import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from "aws-lambda";
import type { Channels } from "../channels.ts";
import { type Clock, reach } from "../reach.ts";
import { answerTo, type Outcome, taskOf } from "./custom-resource.ts";
import { makeSecrets } from "./secrets.ts";

export interface World {
  readonly channels: Pick<Channels, "find" | "state" | "stop">;
  readonly clock: Clock;
  randomBytes(size: number): Uint8Array;
  /** Delivers the answer. Rejects when it didn't arrive. */
  respond(url: string, answer: CloudFormationCustomResourceResponse): Promise<void>;
  log(line: string): void;
}

/** Kept back from the function's own time limit, to deliver the answer in. */
const TIME_TO_ANSWER_MILLISECONDS = 30_000;
/** A channel that won't stop is reported with its state; only a call that hangs is left to the cruder deadline. */
const TIME_TO_REPORT_MILLISECONDS = 10_000;
const DELIVERY_ATTEMPTS = 4;

/**
 * An event that comes twice is served twice, under the same physical id; CloudFormation takes the first answer. Rejects
 * only when no answer could be delivered, so that Lambda sends the event again.
 */
export async function serveStack(
  event: CloudFormationCustomResourceEvent,
  remainingMilliseconds: number,
  world: World,
): Promise<void> {
  const deadline = world.clock.now() + remainingMilliseconds - TIME_TO_ANSWER_MILLISECONDS;
  const outcome = await Promise.race([
    serve(event, deadline, world).catch((error: unknown): Outcome => failed(error)),
    outOfTime(deadline, world.clock),
  ]);
  const result = outcome.status === "FAILED" ? `failed: ${outcome.reason}` : "done";
  world.log(`${event.RequestType} of ${event.LogicalResourceId} ${result}`);
  await deliver(event.ResponseURL, answerTo(event, outcome), world);
}

async function serve(
  event: CloudFormationCustomResourceEvent,
  deadline: number,
  { channels, clock, randomBytes, log }: World,
): Promise<Outcome> {
  const task = taskOf(event);
  if (task.do === "make secrets") return { status: "SUCCESS", data: makeSecrets(randomBytes) };
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
  world: World,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await world.respond(url, answer);
    } catch (error) {
      if (attempt === DELIVERY_ATTEMPTS) throw error;
      await world.clock.sleep(1_000 * 2 ** (attempt - 1));
    }
  }
}
