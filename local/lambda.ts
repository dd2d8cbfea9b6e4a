/**
 * Runs the template's functions on this machine, with the events that they get in the cloud.
 *
 * Each function has its own worker thread, and with it its own environment, modules and memory; a function that hangs
 * can be ended. Unlike in the cloud, one instance takes several invocations at a time.
 */

import { Worker } from "node:worker_threads";
import type { Invocation, Outcome } from "./lambda/instance.ts";
import type { FunctionSettings } from "./template/functions.ts";

/** What a synchronous invocation may return, in bytes of JSON. */
const LONGEST_RESPONSE_BYTES = 6_291_556;

/** A function threw, timed out or returned too much. The message is the one that Lambda would log. */
export class FunctionError extends Error {
  override readonly name = "FunctionError";
  readonly functionId: string;

  constructor(functionId: string, message: string) {
    super(message);
    this.functionId = functionId;
  }
}

export interface LambdaOptions {
  readonly functions: readonly FunctionSettings[];
  /** Variables that the runtime sets for every function: region, credentials, endpoints. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with each line that a function logs, and with each failure. */
  readonly onLog?: (functionId: string, line: string) => void;
}

export class Lambda {
  readonly #functions: Map<string, FunctionSettings>;
  readonly #instances = new Map<string, Instance>();
  readonly #environment: Readonly<Record<string, string>>;
  readonly #onLog: (functionId: string, line: string) => void;
  readonly #invocations = new Map<string, number>();
  #requests = 0;

  constructor({ functions, environment = {}, onLog = () => {} }: LambdaOptions) {
    this.#functions = new Map(functions.map((settings) => [settings.id, settings]));
    this.#environment = environment;
    this.#onLog = onLog;
  }

  /**
   * Invokes a function by its logical id and waits for what it returns.
   * Throws a FunctionError when the function throws, times out or returns too much.
   */
  async invoke(functionId: string, event: unknown): Promise<unknown> {
    const settings = this.#settingsOf(functionId);
    this.#invocations.set(functionId, (this.#invocations.get(functionId) ?? 0) + 1);
    try {
      return await this.#instance(settings).invoke({ id: ++this.#requests, event });
    } catch (error) {
      const failure = new FunctionError(functionId, error instanceof Error ? error.message : String(error));
      this.#onLog(functionId, failure.message);
      throw failure;
    }
  }

  /** How often each function was invoked: what it costs begins there. */
  get invocations(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#invocations);
  }

  /**
   * Changes environment variables of a function, as a deployment does: invocations under way finish in the instance that
   * has the old ones.
   */
  configure(functionId: string, environment: Readonly<Record<string, string>>): void {
    const settings = this.#settingsOf(functionId);
    this.#functions.set(functionId, {
      ...settings,
      environment: { ...settings.environment, ...environment },
    });
    this.#instances.get(functionId)?.retire();
    this.#instances.delete(functionId);
  }

  /** Ends every instance; invocations under way fail. */
  async stop(): Promise<void> {
    await Promise.all(
      [...this.#instances.values()].map((instance) => instance.end("The function was stopped")),
    );
  }

  #settingsOf(functionId: string): FunctionSettings {
    const settings = this.#functions.get(functionId);
    if (!settings) throw new Error(`There is no function ${functionId}`);
    return settings;
  }

  #instance(settings: FunctionSettings): Instance {
    const running = this.#instances.get(settings.id);
    if (running?.isUsable) return running;
    const instance = new Instance(settings, this.#environment, (line) => this.#onLog(settings.id, line));
    this.#instances.set(settings.id, instance);
    return instance;
  }
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  timer?: NodeJS.Timeout;
}

class Instance {
  isUsable = true;
  readonly #settings: FunctionSettings;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  /** Resolves once the handler has loaded, or never will. As in the cloud, the timeout starts only then. */
  readonly #isReady: Promise<void>;

  constructor(
    settings: FunctionSettings,
    environment: Readonly<Record<string, string>>,
    onLog: (line: string) => void,
  ) {
    this.#settings = settings;
    this.#worker = new Worker(new URL("lambda/instance.ts", import.meta.url), {
      workerData: { file: settings.file.href, handler: settings.handler, ...limitsOf(settings) },
      env: { ...environment, AWS_LAMBDA_FUNCTION_NAME: settings.id, ...settings.environment },
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => text.trimEnd().split("\n").forEach(onLog));
    }
    this.#isReady = new Promise((resolve) => {
      this.#worker.once("exit", () => resolve());
      this.#worker.on("message", (message: Outcome | "ready") => {
        if (message === "ready") resolve();
        else this.#settle(message);
      });
    });
    this.#worker.on("error", (error) => void this.end(error.message));
    // An idle instance must not keep the process alive.
    this.#worker.unref();
  }

  invoke(invocation: Invocation): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const pending: Pending = { resolve, reject };
    this.#pending.set(invocation.id, pending);
    this.#worker.postMessage(invocation);
    void this.#isReady.then(() => {
      if (!this.#pending.has(invocation.id)) return;
      pending.timer = setTimeout(() => this.#timeOut(invocation.id), this.#settings.timeoutSeconds * 1000);
    });
    return promise;
  }

  /** Ends once its invocations have finished. */
  retire(): void {
    this.isUsable = false;
    if (this.#pending.size === 0) void this.#worker.terminate();
  }

  async end(reason: string): Promise<void> {
    this.isUsable = false;
    for (const id of [...this.#pending.keys()]) this.#settle({ id, error: reason });
    await this.#worker.terminate();
  }

  /** The state of an instance that hangs is unknown: it finishes its other invocations and is replaced. */
  #timeOut(id: number): void {
    this.isUsable = false;
    this.#settle({ id, error: `Task timed out after ${this.#settings.timeoutSeconds.toFixed(2)} seconds` });
  }

  #settle(outcome: Outcome): void {
    const pending = this.#pending.get(outcome.id);
    if (!pending) return;
    this.#pending.delete(outcome.id);
    clearTimeout(pending.timer);
    if ("error" in outcome) pending.reject(new Error(outcome.error));
    else pending.resolve(outcome.json === undefined ? null : JSON.parse(outcome.json));
    if (!this.isUsable && this.#pending.size === 0) void this.#worker.terminate();
  }
}

function limitsOf({ timeoutSeconds, memoryMegabytes }: FunctionSettings) {
  return { timeoutSeconds, memoryMegabytes, longestResponseBytes: LONGEST_RESPONSE_BYTES };
}
