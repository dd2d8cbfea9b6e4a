// Calls an AWS service: signed, over connections kept open, with a timeout and a few jittered retries.
import type { Agent, IncomingMessage } from "node:http";
import { needed } from "./environment.ts";
import { type Credentials, Signer } from "./signature.ts";

// Not by `import`, which reads every export of node:http, and by reading `WebSocket` loads all of undici: 35 ms of a
// cold start, measured with `node --cpu-prof`.
const http = process.getBuiltinModule("node:http");
const https = process.getBuiltinModule("node:https");

export interface AwsAnswer {
  readonly status: number;
  readonly body: string;
}

export interface AwsOptions {
  /** As in the signature: `dynamodb`, `execute-api`. */
  readonly service: string;
  readonly endpoint: string;
  /** Tries in all. */
  readonly attempts: number;
  /** Of one try, from start to the last byte. */
  readonly timeoutMilliseconds: number;
  /** Does this answer ask to be tried again? */
  readonly isPassing: (answer: AwsAnswer) => boolean;
}

/** Before the second try at most this long, then twice that: a throttled table has room again within a second. */
const firstPauseMilliseconds = 50;

/** Connections to one service. Lambda handles one event at a time, which makes about twenty requests; those of a large scrape queue. */
const mostSockets = 64;

export class AwsService {
  readonly #options: AwsOptions;
  readonly #signer: Signer;
  readonly #endpoint: URL;
  readonly #agent: Agent;
  readonly #request: typeof http.request;

  /** Region and credentials come from the environment, where Lambda puts them. */
  constructor(options: AwsOptions, environment: NodeJS.ProcessEnv = process.env) {
    this.#options = options;
    this.#endpoint = new URL(options.endpoint);
    this.#signer = new Signer(
      credentialsFrom(environment),
      needed(environment, "AWS_REGION"),
      options.service,
    );
    const { Agent, request } = this.#endpoint.protocol === "http:" ? http : https;
    this.#agent = new Agent({ keepAlive: true, maxSockets: mostSockets });
    this.#request = request;
  }

  /** Resolves to the last answer, whatever its status; rejects when the service can't be reached. */
  async post(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<AwsAnswer> {
    const { attempts, isPassing } = this.#options;
    let agent: Agent | false = this.#agent;
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await this.#attempt(agent, path, headers, body);
        if (attempt === attempts || !isPassing(answer)) return answer;
      } catch (error) {
        if (attempt === attempts) throw error;
        // While the function slept, all connections that were kept open may have died: the next try takes a new one.
        agent = false;
      }
      await pause(Math.random() * firstPauseMilliseconds * 2 ** (attempt - 1));
    }
  }

  #attempt(
    agent: Agent | false,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<AwsAnswer> {
    const url = new URL(this.#endpoint.pathname.replace(/\/$/, "") + path, this.#endpoint);
    const signed = this.#signer.sign({ method: "POST", url, headers, body, date: new Date() });
    const { service, timeoutMilliseconds } = this.#options;
    return new Promise((resolve, reject) => {
      const call = this.#request(url, {
        method: "POST",
        agent,
        headers: { ...signed, "content-length": Buffer.byteLength(body) },
      });
      const deadline = setTimeout(() => {
        call.destroy(new Error(`${service} did not answer within ${timeoutMilliseconds} ms`));
      }, timeoutMilliseconds);
      const fail = (error: Error) => {
        clearTimeout(deadline);
        reject(error);
      };
      call.on("error", fail);
      call.on("response", (response: IncomingMessage) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (piece: string) => {
          text += piece;
        });
        response.on("error", fail);
        response.on("end", () => {
          clearTimeout(deadline);
          resolve({ status: response.statusCode ?? 0, body: text });
        });
      });
      call.end(body);
    });
  }
}

function credentialsFrom(environment: NodeJS.ProcessEnv): Credentials {
  return {
    accessKeyId: needed(environment, "AWS_ACCESS_KEY_ID"),
    secretAccessKey: needed(environment, "AWS_SECRET_ACCESS_KEY"),
    sessionToken: environment["AWS_SESSION_TOKEN"],
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
