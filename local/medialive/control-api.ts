/**
 * MediaLive's control API, as far as Shoal calls it: ListChannels, DescribeChannel, StartChannel and StopChannel.
 * https://docs.aws.amazon.com/medialive/latest/apireference/channels.html
 */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Channel, ChannelState } from "./channel.ts";

/** A channel as the API knows it. */
interface ControlledChannel {
  readonly id: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** SINGLE_PIPELINE unless it says otherwise. */
  readonly channelClass?: string;
  readonly channel: Pick<Channel, "state" | "start" | "stop">;
}

export interface ControlApi {
  readonly endpoint: string;
  /** Lets the API know a channel. */
  add(channel: ControlledChannel): void;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: object;
  /** The error's name, from which the SDK makes an exception of the same name. */
  readonly error?: string;
}

/** `GET /prod/channels` and `GET /prod/channels/{id}`, `POST /prod/channels/{id}/start` and `…/stop`. */
const ROUTE = /^\/prod\/channels(?:\/([^/?]+)(?:\/(start|stop))?)?(?:\?|$)/;

/** The state that each request wants the channel in; MediaLive answers any other with a conflict. */
const REQUIRED_STATE = { start: "IDLE", stop: "RUNNING" } as const satisfies Record<string, ChannelState>;

/**
 * Starts the API without any channel, on the loopback address only: signatures aren't checked here, and nobody else in
 * the network may take the channel off the air. A page in a browser can't either: it would have to send a signature,
 * which browsers ask about beforehand, and that request is refused.
 */
export async function startControlApi(): Promise<ControlApi> {
  const channels = new Map<string, ControlledChannel>();
  const server = createServer((request, response) => {
    request.resume();
    send(response, answer(request, channels));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: (channel) => void channels.set(channel.id, channel),
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function answer(
  { method, url = "", headers }: IncomingMessage,
  channels: ReadonlyMap<string, ControlledChannel>,
): Answer {
  if (!headers.authorization?.startsWith("AWS4-HMAC-SHA256 ")) {
    return refusal(403, "ForbiddenException", "Missing Authentication Token");
  }
  const route = ROUTE.exec(url);
  const [, id, verb] = route ?? [];
  if (!route || method !== (verb ? "POST" : "GET")) {
    return refusal(404, "NotFoundException", `${method} ${url} is not part of this stand-in`);
  }
  if (id === undefined) return { status: 200, body: { channels: [...channels.values()].map(describe) } };
  const known = channels.get(id);
  if (!known) return refusal(404, "NotFoundException", `There is no channel with id ${id}`);
  if (verb === "start" || verb === "stop") return change(verb, known);
  return { status: 200, body: describe(known) };
}

/** The request is answered at once, with the state on the way to the one that was asked for. */
function change(verb: "start" | "stop", known: ControlledChannel): Answer {
  const { state } = known.channel;
  const required = REQUIRED_STATE[verb];
  if (state !== required) {
    const message = `Cannot ${verb} channel ${known.id}: it is ${state}, and must be ${required}`;
    return refusal(409, "ConflictException", message);
  }
  void known.channel[verb]();
  return { status: 200, body: describe(known) };
}

function describe(known: ControlledChannel): object {
  const { id, name, tags, channelClass = "SINGLE_PIPELINE" } = known;
  const { state } = known.channel;
  return {
    arn: `arn:aws:medialive:us-east-1:000000000000:channel:${id}`,
    channelClass,
    id,
    name,
    pipelinesRunningCount: state !== "RUNNING" ? 0 : channelClass === "STANDARD" ? 2 : 1,
    state,
    tags,
  };
}

function refusal(status: number, error: string, message: string): Answer {
  return { status, error, body: { message } };
}

function send(response: ServerResponse, { status, body, error }: Answer): void {
  response.writeHead(status, {
    "content-type": "application/json",
    ...(error && { "x-amzn-errortype": error }),
  });
  response.end(JSON.stringify(body));
}
