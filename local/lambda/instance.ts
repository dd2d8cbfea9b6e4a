/** Runs inside a function's worker: loads the handler and answers invocations, as Lambda's runtime does. */

import { randomUUID } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import type { Context } from "aws-lambda";

export interface Invocation {
  readonly id: number;
  readonly event: unknown;
}

/** An invocation's result: the answer as JSON text (undefined if there is none) or the error's message. */
export type Outcome =
  | { readonly id: number; readonly json: string | undefined }
  | { readonly id: number; readonly error: string };

interface Settings {
  readonly file: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly longestResponseBytes: number;
}

const settings = workerData as Settings;
const loading: Promise<Record<string, unknown>> = import(settings.file);

// A handler that can't be loaded is ready too: each invocation reports why.
void loading.catch(() => {}).then(() => parentPort?.postMessage("ready"));

parentPort?.on("message", async (invocation: Invocation) => {
  parentPort?.postMessage(await run(invocation));
});

async function run({ id, event }: Invocation): Promise<Outcome> {
  try {
    const handler = (await loading)[settings.handler];
    if (typeof handler !== "function")
      throw new Error(`${settings.file} exports no function ${settings.handler}`);
    const json = JSON.stringify(await handler(event, context())) as string | undefined;
    if (json !== undefined && Buffer.byteLength(json) > settings.longestResponseBytes) {
      throw new Error(
        `Response payload size exceeded maximum allowed payload size (${settings.longestResponseBytes} bytes).`,
      );
    }
    return { id, json };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function context(): Context {
  const name = process.env["AWS_LAMBDA_FUNCTION_NAME"] ?? "";
  const deadline = Date.now() + settings.timeoutSeconds * 1000;
  const unsupported = (): never => {
    throw new Error("The callbacks of context are gone from Lambda's Node.js runtimes: return a promise");
  };
  return {
    awsRequestId: randomUUID(),
    callbackWaitsForEmptyEventLoop: true,
    functionName: name,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: "local",
    memoryLimitInMB: String(settings.memoryMegabytes),
    getRemainingTimeInMillis: () => deadline - Date.now(),
    done: unsupported,
    fail: unsupported,
    succeed: unsupported,
  };
}
