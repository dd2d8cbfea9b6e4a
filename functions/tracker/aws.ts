/** Calls an AWS service: signed, over connections kept open, with a timeout and a few jittered retries. */
import type { Agent, IncomingMessage } from "node:http";
import { requiredVariable } from "./environment.ts";
import { type Credentials, Signer } from "./signature.ts";

// `import` would read every export of node:http, and reading `WebSocket` loads all of undici: 35 ms of a cold start,
// measured with `node --cpu-prof`.
const http = process.getBuiltinModule("node:http");
const https = process.getBuiltinModule("node:https");

export interface AwsResponse {
  readonly status: number;
  readonly body: string;
}

export interface AwsOptions {
  /** The service's name in signatures: `dynamodb`, `execute-api`. */
  readonly service: string;
  readonly endpoint: string;
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** For one attempt, from its start to the last byte of the response. */
  readonly timeoutMilliseconds: number;
  /** Whether a response means that another attempt may succeed. */
  readonly isTransient: (response: AwsResponse) => boolean;
}

/** The longest pause before the second attempt, then twice that: a throttled table has room again within a second. */
const FIRST_BACKOFF_MILLISECONDS = 50;

/** Connections to one service. Lambda handles one event at a time, with about ten requests; a large scrape's wait. */
const MAX_SOCKETS = 64;

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
      requiredVariable(environment, "AWS_REGION"),
      options.service,
    );
    const { Agent, request } = this.#endpoint.protocol === "http:" ? http : https;
    this.#agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
    this.#request = request;
  }

  /** Resolves to the last response, whatever its status; rejects when the service can't be reached. */
  post(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<AwsResponse> {
    return this.send("POST", path, headers, body);
  }

  /** The same with another method. */
  async send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<AwsResponse> {
    const { attempts, isTransient } = this.#options;
    let agent: Agent | false = this.#agent;
    for (let attempt = 1; ; attempt++) {
      try {
        const response = await this.#attempt(agent, method, path, headers, body);
        if (attempt === attempts || !isTransient(response)) return response;
      } catch (error) {
        if (attempt === attempts) throw error;
        // Kept connections may all have died while the function was frozen: the next attempt opens a new one.
        agent = false;
      }
      await pause(Math.random() * FIRST_BACKOFF_MILLISECONDS * 2 ** (attempt - 1));
    }
  }

  #attempt(
    agent: Agent | false,
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<AwsResponse> {
    const url = new URL(this.#endpoint.pathname.replace(/\/$/, "") + path, this.#endpoint);
    const signed = this.#signer.sign({ method, url, headers, body, date: new Date() });
    const { service, timeoutMilliseconds } = this.#options;
    return new Promise((resolve, reject) => {
      const call = this.#request(url, {
        method,
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
          resolve({ status: Number(response.statusCode), body: text });
        });
      });
      call.end(body);
    });
  }
}

function credentialsFrom(environment: NodeJS.ProcessEnv): Credentials {
  return {
    accessKeyId: requiredVariable(environment, "AWS_ACCESS_KEY_ID"),
    secretAccessKey: requiredVariable(environment, "AWS_SECRET_ACCESS_KEY"),
    sessionToken: environment["AWS_SESSION_TOKEN"],
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
