/**
 * MediaLive's control API, as far as Shoal calls it: ListChannels, DescribeChannel, ListAlerts, DescribeThumbnails,
 * StartChannel, StopChannel, DescribeInput, UpdateInput.
 * https://docs.aws.amazon.com/medialive/latest/apireference/channels.html
 */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { type LoopbackServer, listenOnLoopback } from "../loopback-server.ts";
import type { Channel, ChannelState } from "./channel.ts";

/** A channel as the API knows it. */
interface ControlledChannel {
  readonly id: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** SINGLE_PIPELINE unless it says otherwise. */
  readonly channelClass?: string;
  readonly channel: Pick<Channel, "state" | "start" | "stop"> & {
    /** What MediaLive warns of while it runs, in each of its pipelines. */
    readonly alerts?: readonly { readonly type: string; readonly message: string }[];
    /** A JPEG of what is on the air; null, and without it, when nothing is. */
    thumbnail?(pipeline: number): Promise<Buffer | null>;
  };
  /** What publishers send to; none in some tests. */
  readonly input?: ControlledInput;
}

interface ControlledInput {
  readonly id: string;
  /** Addresses such as `rtmp://localhost:1935/live/KEY`, one for each pipeline. */
  readonly addresses: readonly string[];
  /** Changes what follows the host in each of them, such as `live/KEY`. */
  rename(streamNames: readonly string[]): void;
}

export interface ControlApi extends LoopbackServer {
  /** Lets the API know a channel. */
  add(channel: ControlledChannel): void;
}

interface Answer {
  readonly status: number;
  readonly body: object;
  /** The error's name, from which the SDK makes an exception of the same name. */
  readonly error?: string;
}

/** `GET /prod/channels`, `GET /prod/channels/{id}`, `…/alerts` and `…/thumbnails`, `POST /prod/channels/{id}/start` and `…/stop`. */
const ROUTE = /^\/prod\/channels(?:\/([^/?]+)(?:\/(start|stop|alerts|thumbnails))?)?(?:\?|$)/;

/** `GET` and `PUT /prod/inputs/{id}`. */
const INPUT_ROUTE = /^\/prod\/inputs\/([^/?]+)$/;

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
    answer(request, channels).then(
      (found) => send(response, found),
      (error: unknown) => send(response, refusal(400, "BadRequestException", String(error))),
    );
  });
  return {
    ...(await listenOnLoopback(server)),
    add: (channel) => void channels.set(channel.id, channel),
  };
}

async function answer(
  request: IncomingMessage,
  channels: ReadonlyMap<string, ControlledChannel>,
): Promise<Answer> {
  const { method, url = "", headers } = request;
  if (!headers.authorization?.startsWith("AWS4-HMAC-SHA256 ")) {
    return refusal(403, "ForbiddenException", "Missing Authentication Token");
  }
  const [, inputId] = INPUT_ROUTE.exec(url) ?? [];
  if (inputId !== undefined && (method === "GET" || method === "PUT")) {
    const owner = [...channels.values()].find(({ input }) => input?.id === inputId);
    if (!owner?.input) return refusal(404, "NotFoundException", `There is no input with id ${inputId}`);
    if (method === "GET") return { status: 200, body: describeInput(owner.input, owner) };
    return changeInput(owner.input, owner, (await json(request)) as UpdateInput);
  }
  request.resume();
  const route = ROUTE.exec(url);
  const [, id, verb] = route ?? [];
  if (!route || method !== (verb === "start" || verb === "stop" ? "POST" : "GET")) {
    return refusal(404, "NotFoundException", `${method} ${url} is not part of this stand-in`);
  }
  if (id === undefined) return { status: 200, body: { channels: [...channels.values()].map(describe) } };
  const known = channels.get(id);
  if (!known) return refusal(404, "NotFoundException", `There is no channel with id ${id}`);
  if (verb === "alerts") return { status: 200, body: { alerts: alertsOf(known) } };
  if (verb === "thumbnails") return { status: 200, body: await thumbnailsOf(known, url) };
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

/** A request in the SDK's JSON. */
interface UpdateInput {
  readonly destinations?: readonly { readonly streamName?: string }[];
}

function changeInput(
  input: ControlledInput,
  owner: ControlledChannel,
  { destinations = [] }: UpdateInput,
): Answer {
  const { state } = owner.channel;
  if (state !== "IDLE") {
    const message = `Cannot update input ${input.id}: its channel ${owner.id} is ${state}, and must be IDLE`;
    return refusal(409, "ConflictException", message);
  }
  const names = destinations.map(({ streamName = "" }) => streamName);
  if (names.length !== input.addresses.length)
    return refusal(400, "BadRequestException", `The input has ${input.addresses.length} destinations`);
  input.rename(names);
  return { status: 200, body: { input: describeInput(input, owner) } };
}

function describeInput({ id, addresses }: ControlledInput, owner: ControlledChannel): object {
  return {
    id,
    attachedChannels: [owner.id],
    destinations: addresses.map((url) => ({ url })),
    state: "ATTACHED",
  };
}

/** Those that are on; this stand-in keeps no old ones. */
function alertsOf(known: ControlledChannel): object[] {
  const { state, alerts = [] } = known.channel;
  if (state !== "RUNNING") return [];
  return pipelinesOf(known).flatMap((pipelineId) =>
    alerts.map(({ type, message }) => ({
      alertType: type,
      id: `${type}-${pipelineId}`,
      message,
      pipelineId,
      state: "SET",
    })),
  );
}

/** Of the pipeline that is asked for; none while nothing is on the air. */
async function thumbnailsOf({ channel }: ControlledChannel, url: string): Promise<object> {
  const { searchParams } = new URL(url, "http://localhost");
  const pipelineId = searchParams.get("pipelineId") ?? "0";
  const jpeg = channel.state === "RUNNING" ? await channel.thumbnail?.(Number(pipelineId)) : null;
  const thumbnail = {
    body: jpeg?.toString("base64"),
    contentType: "image/jpeg",
    thumbnailType: "CURRENT_ACTIVE",
    timeStamp: new Date().toISOString(),
  };
  return { thumbnailDetails: [{ pipelineId, thumbnails: jpeg ? [thumbnail] : [] }] };
}

function pipelinesOf({ channelClass }: ControlledChannel): string[] {
  return channelClass === "STANDARD" ? ["0", "1"] : ["0"];
}

function describe(known: ControlledChannel): object {
  const { id, name, tags, channelClass = "SINGLE_PIPELINE", input } = known;
  const { state } = known.channel;
  return {
    arn: `arn:aws:medialive:us-east-1:000000000000:channel:${id}`,
    channelClass,
    id,
    ...(input && { inputAttachments: [{ inputAttachmentName: "rtmp", inputId: input.id }] }),
    name,
    pipelinesRunningCount: state === "RUNNING" ? pipelinesOf(known).length : 0,
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
