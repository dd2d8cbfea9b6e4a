/**
 * Sends the commands of an AWS SDK client the short way: serialized, signed and parsed by the SDK's own parts, over
 * connections kept open, with a deadline and a few jittered retries. Why: docs/decisions/sdk-the-short-way.md.
 */
import { SignatureV4 } from "@smithy/signature-v4";
import type {
  ClientProtocol,
  Endpoint,
  HandlerExecutionContext,
  HttpRequest,
  HttpResponse,
  InitializeMiddleware,
  MiddlewareStack,
  SerdeFunctions,
  StaticOperationSchema,
} from "@smithy/types";
import { accessFrom } from "../aws/environment.ts";
import { Sha256 } from "../aws/sha256.ts";
import { HttpSender } from "./http-sender.ts";

export interface AwsOptions {
  /** The service's name in signatures: `dynamodb`, `execute-api`. */
  readonly service: string;
  readonly endpoint: string;
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** For one attempt, from its start to the last byte of the response. */
  readonly timeoutMilliseconds: number;
  /** Whether the service refuses for now: another attempt may succeed. */
  readonly isThrottled: (error: unknown) => boolean;
}

/** As much of an SDK client as this file uses. */
interface SdkClient<Input extends object, Output extends object> {
  readonly config: SerdeFunctions & { readonly protocol: ClientProtocol<HttpRequest, HttpResponse> };
  readonly middlewareStack: Pick<MiddlewareStack<Input, Output>, "add">;
}

/** The longest pause before the second attempt, then twice that: a throttled table has room again within a second. */
const FIRST_BACKOFF_MILLISECONDS = 50;

/** Region and credentials for a client's constructor, from the environment, where Lambda puts them. */
export function settingsFrom(environment: NodeJS.ProcessEnv) {
  return {
    ...accessFrom(environment),
    // Otherwise each command sorts the client's middleware anew.
    cacheMiddleware: true,
  };
}

/** Makes a client send all its commands the short way. Its middleware for the long way is never reached. */
export function sendDirectly<Input extends object, Output extends object>(
  client: SdkClient<Input, Output>,
  settings: ReturnType<typeof settingsFrom>,
  options: AwsOptions,
): void {
  const { protocol } = client.config;
  const { service, timeoutMilliseconds } = options;
  const endpoint = parsed(options.endpoint);
  const { host } = new URL(options.endpoint);
  const signer = new SignatureV4({ ...settings, service, sha256: Sha256 });
  const sender = new HttpSender(service, timeoutMilliseconds);
  const serde = { ...client.config, endpoint: async () => endpoint };

  const direct: InitializeMiddleware<Input, Output> = (_next, context) => {
    const operation = operationOf(context);
    return async ({ input }) => {
      for (let attempt = 1; ; attempt++) {
        try {
          const request = await protocol.serializeRequest(operation, input, serde);
          // AWS refuses a signature that doesn't cover the host.
          request.headers["host"] = host;
          const signed = await signer.sign(request);
          // Kept connections may all have died while the function was frozen: a later attempt opens a new one.
          const response = await sender.send(signed as HttpRequest, attempt === 1);
          const output = protocol.deserializeResponse(operation, serde, withoutIdleHeaders(response));
          return { output: (await output.catch(failWith(response))) as Output, response };
        } catch (error) {
          if (attempt === options.attempts || !mayPass(error, options)) throw error;
        }
        await pause(Math.random() * FIRST_BACKOFF_MILLISECONDS * 2 ** (attempt - 1));
      }
    };
  };
  client.middlewareStack.add(direct, { step: "initialize", priority: "high", name: "sendDirectly" });
}

function mayPass(error: unknown, { isThrottled }: AwsOptions): boolean {
  const status = statusOf(error);
  return status === undefined || status >= 500 || isThrottled(error);
}

/** The status of the response that an error tells of; undefined if there was no response. */
export function statusOf(error: unknown): number | undefined {
  return (error as ServiceError).$metadata?.httpStatusCode;
}

interface ServiceError {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Rethrows what the SDK makes of a response. A response that isn't the service's own leads to an error without a status. */
function failWith({ statusCode: httpStatusCode }: HttpResponse): (error: Error & ServiceError) => never {
  return (error) => {
    throw error.$metadata ? error : Object.assign(error, { $metadata: { httpStatusCode } });
  };
}

/**
 * None of the six operations returns anything in headers, but the SDK renames every header of a response, which takes
 * longer than parsing a small item. Errors have their names in them.
 */
function withoutIdleHeaders(response: HttpResponse): HttpResponse {
  return response.statusCode < 300 ? { ...response, headers: {} } : response;
}

/** The command's description in the SDK's model: what to serialize, and what to parse. */
function operationOf(context: HandlerExecutionContext) {
  const { operationSchema } = context["__smithy_context"] as { operationSchema: StaticOperationSchema };
  const [, namespace, name, traits, input, output] = operationSchema;
  return { namespace, name, traits, input, output };
}

function parsed(endpoint: string): Endpoint {
  const { protocol, hostname, port, pathname } = new URL(endpoint);
  return { protocol, hostname, path: pathname, ...(port !== "" && { port: Number(port) }) };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
