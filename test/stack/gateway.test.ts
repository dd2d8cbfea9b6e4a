import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { type ApiGateway, type ApiGatewayOptions, startApiGateway } from "../../local/api-gateway.ts";
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import type { Route, WebSocketApi } from "../../local/template/websocket-api.ts";

type Handler = (event: Event) => unknown;

interface Event {
  readonly body: string;
  readonly headers: Record<string, string>;
  readonly requestContext: Record<string, unknown> & {
    connectionId: string;
    authorizer: Record<string, string>;
  };
}

const OK = { statusCode: 200 };

function route(key: string, options: Partial<Route> = {}): Route {
  return { key, functionId: key, timeoutSeconds: 29, hasResponse: false, authorizer: undefined, ...options };
}

/** Starts a gateway whose routes are answered by these handlers, by the name of the function. */
async function gatewayWith(
  handlers: Record<string, Handler>,
  { routes, limits }: { routes?: Route[]; limits?: NonNullable<ApiGatewayOptions["limits"]> } = {},
): Promise<ApiGateway> {
  const api: WebSocketApi = {
    id: "TrackerApi",
    stage: "tracker",
    routeSelectionExpression: "$request.body.action",
    routes: routes ?? Object.keys(handlers).map((key) => route(key)),
  };
  const lambda = {
    invoke: async (name: string, event: unknown) => {
      const handler = handlers[name];
      if (!handler) throw new Error(`no function ${name}`);
      return handler(event as Event);
    },
  };
  const gateway = await startApiGateway({ api, lambda, ...(limits ? { limits } : {}) });
  onTestFinished(() => gateway.stop());
  return gateway;
}

async function connect(
  gateway: ApiGateway,
  options: { path?: string; headers?: Record<string, string> } = {},
) {
  const socket = new WebSocket(`ws://${gateway.address}${options.path ?? "/tracker"}`, {
    headers: options.headers ?? {},
  });
  await once(socket, "open");
  return socket;
}

/** The answer to a handshake that isn't let through. */
async function refusal(
  gateway: ApiGateway,
  options: { path?: string; headers?: Record<string, string> } = {},
) {
  const socket = new WebSocket(`ws://${gateway.address}${options.path ?? "/tracker"}`, {
    headers: options.headers ?? {},
  });
  socket.on("error", () => {});
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage];
  const chunks = await response.toArray();
  return {
    status: response.statusCode,
    body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
  };
}

async function nextMessage(socket: WebSocket): Promise<string> {
  const [data] = (await once(socket, "message")) as [Buffer];
  return data.toString();
}

/** What API Gateway itself says to a caller whom no function answers. */
async function expectComplaint(socket: WebSocket, message: string): Promise<void> {
  expect(JSON.parse(await nextMessage(socket))).toEqual({
    message,
    connectionId: expect.any(String),
    requestId: expect.any(String),
  });
  expect(socket.readyState).toBe(WebSocket.OPEN);
}

async function closeCode(socket: WebSocket): Promise<number> {
  const [code] = (await once(socket, "close")) as [number];
  return code;
}

function managementClient(gateway: ApiGateway): ApiGatewayManagementApiClient {
  const client = new ApiGatewayManagementApiClient({
    ...LOCAL_AWS,
    endpoint: gateway.managementEndpoint,
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  return client;
}

/** A gateway with one open connection, and the id under which functions know it. */
async function gatewayWithConnection(limits: NonNullable<ApiGatewayOptions["limits"]> = {}) {
  let connectionId = "";
  const endings: unknown[] = [];
  const received: string[] = [];
  const gateway = await gatewayWith(
    {
      $connect: (event) => {
        connectionId = event.requestContext.connectionId;
        return OK;
      },
      $default: (event) => {
        received.push(event.body);
        return OK;
      },
      $disconnect: ({ requestContext }) => {
        endings.push([requestContext["disconnectStatusCode"], requestContext["disconnectReason"]]);
        return OK;
      },
    },
    { limits },
  );
  const socket = await connect(gateway);
  return { gateway, socket, connectionId, endings, received, client: managementClient(gateway) };
}

// Handshake

test("the stage's path connects, with and without a slash, and nothing else does", async () => {
  const gateway = await gatewayWith({ $connect: () => OK });
  await connect(gateway);
  await connect(gateway, { path: "/tracker/" });
  expect(await refusal(gateway, { path: "/tracker/more" })).toMatchObject({
    status: 403,
    body: { message: "Forbidden" },
  });
  expect(await refusal(gateway, { path: "/" })).toMatchObject({ status: 403 });
});

test("a $connect that answers with an error status refuses the handshake with it", async () => {
  const gateway = await gatewayWith({ $connect: () => ({ statusCode: 429, body: "slow down" }) });
  expect(await refusal(gateway)).toMatchObject({ status: 429, body: { message: "slow down" } });
});

test("a $connect that throws refuses the handshake with 502", async () => {
  const gateway = await gatewayWith({
    $connect: () => {
      throw new Error("broken");
    },
  });
  const { status, body } = await refusal(gateway);
  expect(status).toBe(502);
  expect(body).toEqual({
    message: "Internal server error",
    connectionId: expect.any(String),
    requestId: expect.any(String),
  });
});

test("no extension is agreed to", async () => {
  const socket = await connect(await gatewayWith({ $connect: () => OK }));
  expect(socket.extensions).toBe("");
});

// Authorizer

function gatewayWithAuthorizer(authorizer: Handler, handlers: Record<string, Handler> = {}) {
  return gatewayWith(
    { $connect: () => OK, ...handlers, authorizer },
    {
      routes: [
        route("$connect", {
          authorizer: { functionId: "authorizer", identitySources: ["route.request.header.X-Secret"] },
        }),
        ...Object.keys(handlers).map((key) => route(key)),
      ],
    },
  );
}

function policy(effect: string, context: Record<string, unknown> = {}) {
  const statement = {
    Action: "execute-api:Invoke",
    Effect: effect,
    Resource: "arn:aws:execute-api:*:*:*/tracker/$connect",
  };
  return {
    principalId: "viewer",
    policyDocument: { Version: "2012-10-17", Statement: [statement] },
    context,
  };
}

const SECRET = { headers: { "x-secret": "s" } };

test("a request without the identity source is refused with 401, unheard", async () => {
  let asked = false;
  const gateway = await gatewayWithAuthorizer(() => {
    asked = true;
    return policy("Allow");
  });
  expect(await refusal(gateway)).toMatchObject({ status: 401, body: { message: "Unauthorized" } });
  expect(asked).toBe(false);
});

test("a denied request is refused with 403", async () => {
  const gateway = await gatewayWithAuthorizer(() => policy("Deny"));
  expect(await refusal(gateway, SECRET)).toMatchObject({
    status: 403,
    body: { message: expect.stringContaining("deny") },
  });
});

test("an authorizer that throws Unauthorized gives 401, one that fails 500", async () => {
  const unauthorized = await gatewayWithAuthorizer(() => {
    throw new Error("Unauthorized");
  });
  expect(await refusal(unauthorized, SECRET)).toMatchObject({ status: 401 });
  const failing = await gatewayWithAuthorizer(() => {
    throw new Error("broken");
  });
  expect(await refusal(failing, SECRET)).toMatchObject({ status: 500 });
});

test("a context with anything but plain values is a failure of the authorizer", async () => {
  const gateway = await gatewayWithAuthorizer(() => policy("Allow", { place: { country: "FR" } }));
  expect(await refusal(gateway, SECRET)).toMatchObject({ status: 500 });
});

test("the authorizer's context reaches every later event, as strings", async () => {
  const seen: Record<string, unknown>[] = [];
  const note: Handler = ({ requestContext }) => {
    seen.push(requestContext.authorizer);
    return OK;
  };
  const gateway = await gatewayWithAuthorizer(
    () => policy("Allow", { country: "FR", asn: 12322, near: true }),
    {
      $connect: note,
      $default: note,
      $disconnect: note,
    },
  );
  const socket = await connect(gateway, SECRET);
  socket.send("hello");
  await expect.poll(() => seen.length).toBe(2);
  socket.close();
  await expect.poll(() => seen.length).toBe(3);
  const context = { principalId: "viewer", country: "FR", asn: "12322", near: "true" };
  expect(seen).toEqual([context, context, context]);
});

test("headers reach the authorizer and $connect as they were spelled, with the caller's address", async () => {
  const seen: Record<string, string>[] = [];
  const gateway = await gatewayWithAuthorizer(
    ({ headers }) => {
      seen.push(headers);
      return policy("Allow");
    },
    {
      $connect: ({ headers }) => {
        seen.push(headers);
        return OK;
      },
    },
  );
  await connect(gateway, {
    headers: { ...SECRET.headers, "CloudFront-Viewer-ASN": "12322", "X-Forwarded-For": "203.0.113.7" },
  });
  expect(seen).toHaveLength(2);
  for (const headers of seen) {
    expect(headers).toMatchObject({
      "CloudFront-Viewer-ASN": "12322",
      "X-Forwarded-For": "203.0.113.7, 127.0.0.1",
    });
  }
});

// Messages

test("a message takes the route that its action names, else $default", async () => {
  const taken: string[] = [];
  const note =
    (name: string): Handler =>
    () => {
      taken.push(name);
      return OK;
    };
  const gateway = await gatewayWith({
    $connect: () => OK,
    $default: note("$default"),
    announce: note("announce"),
  });
  const socket = await connect(gateway);
  for (const message of [
    '{"action":"announce"}',
    '{"action":"else"}',
    '{"action":"$connect"}',
    "no json",
    '{"action":1}',
  ]) {
    const before = taken.length;
    socket.send(message);
    await expect.poll(() => taken.length).toBe(before + 1);
  }
  expect(taken).toEqual(["announce", "$default", "$default", "$default", "$default"]);
});

test("a message that no route takes is answered Forbidden, and the connection stays", async () => {
  const gateway = await gatewayWith({ $connect: () => OK, announce: () => OK });
  const socket = await connect(gateway);
  socket.send("hello");
  await expectComplaint(socket, "Forbidden");
});

test("an answer goes back to the caller only where the route has a response", async () => {
  const answer = () => ({ statusCode: 200, body: "answer" });
  const gateway = await gatewayWith(
    { $connect: () => OK, quiet: answer, loud: answer },
    { routes: [route("$connect"), route("quiet"), route("loud", { hasResponse: true })] },
  );
  const socket = await connect(gateway);
  const messages: string[] = [];
  socket.on("message", (data: Buffer) => messages.push(data.toString()));
  socket.send('{"action":"quiet"}');
  socket.send('{"action":"loud"}');
  await expect.poll(() => messages).toEqual(["answer"]);
});

test.each([
  ["throws", () => Promise.reject(new Error("broken"))],
  ["answers without a status", () => ({ body: "answer" })],
  ["answers nothing", () => undefined],
])(
  "a function that %s is an Internal server error to the caller, and the connection stays",
  async (_case, handler) => {
    const gateway = await gatewayWith({ $connect: () => OK, $default: handler });
    const socket = await connect(gateway);
    socket.send("hello");
    await expectComplaint(socket, "Internal server error");
  },
);

test("a function that takes longer than its integration allows is a time-out to the caller, and the connection stays", async () => {
  const gateway = await gatewayWith(
    { $connect: () => OK, $default: () => new Promise(() => {}) },
    { routes: [route("$connect"), route("$default", { timeoutSeconds: 0.1 })] },
  );
  const socket = await connect(gateway);
  socket.send("hello");
  await expectComplaint(socket, "Endpoint request timed out");
});

// Limits of frames and messages

test("a frame of 32 KB passes, one byte more closes the connection with 1009", async () => {
  const { socket, received, endings } = await gatewayWithConnection();
  socket.send("x".repeat(32 * 1024));
  await expect.poll(() => received.map((body) => body.length)).toEqual([32 * 1024]);
  socket.send("x".repeat(32 * 1024 + 1));
  expect(await closeCode(socket)).toBe(1009);
  expect(received).toHaveLength(1);
  await expect.poll(() => endings).toEqual([[1009, expect.any(String)]]);
});

function sendInFrames(socket: WebSocket, bytes: number): void {
  for (let left = bytes; left > 0; left -= 32 * 1024) {
    socket.send("x".repeat(Math.min(left, 32 * 1024)), { fin: left <= 32 * 1024 });
  }
}

test("a message of 128 KB in frames passes, one byte more closes the connection with 1009", async () => {
  const { socket, received, endings } = await gatewayWithConnection();
  sendInFrames(socket, 128 * 1024);
  await expect.poll(() => received.map((body) => body.length)).toEqual([128 * 1024]);
  sendInFrames(socket, 128 * 1024 + 1);
  expect(await closeCode(socket)).toBe(1009);
  expect(received).toHaveLength(1);
  await expect.poll(() => endings).toEqual([[1009, expect.any(String)]]);
});

test("a binary frame closes the connection with 1003", async () => {
  const { socket, received } = await gatewayWithConnection();
  socket.send(Buffer.from("hello"), { binary: true });
  expect(await closeCode(socket)).toBe(1003);
  expect(received).toEqual([]);
});

test("text that isn't UTF-8 closes the connection with 1007", async () => {
  const { socket, received } = await gatewayWithConnection();
  socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
  expect(await closeCode(socket)).toBe(1007);
  expect(received).toEqual([]);
});

// Limits of time

test("a connection on which nothing goes either way is closed with 1001", async () => {
  const { socket, endings } = await gatewayWithConnection({ idleSeconds: 0.3 });
  expect(await closeCode(socket)).toBe(1001);
  await expect.poll(() => endings).toEqual([[1001, "Going away"]]);
});

test("messages in either direction keep a connection from being idle", async () => {
  const { socket, client, connectionId } = await gatewayWithConnection({ idleSeconds: 0.6 });
  for (const turn of [0, 1, 2, 3]) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    if (turn % 2 === 0) socket.send("hello");
    else await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: "hello" }));
  }
  expect(socket.readyState).toBe(WebSocket.OPEN);
});

test("a connection is closed with 1001 at the end of its life, however busy it is", async () => {
  const { socket } = await gatewayWithConnection({ lifeSeconds: 0.4 });
  const chatter = setInterval(() => socket.send("hello"), 50);
  expect(await closeCode(socket)).toBe(1001);
  clearInterval(chatter);
});

// Endings

test("$disconnect learns how the client closed", async () => {
  const { socket, endings } = await gatewayWithConnection();
  socket.close();
  await expect.poll(() => endings).toEqual([[1005, "Client-side close frame status not set"]]);
});

test("$disconnect comes also when the client vanishes without a word", async () => {
  const { socket, endings } = await gatewayWithConnection();
  socket.terminate();
  await expect.poll(() => endings).toEqual([[1006, ""]]);
});

// @connections

test("a posted message arrives as text", async () => {
  const { client, connectionId, socket } = await gatewayWithConnection();
  const message = nextMessage(socket);
  await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: "grüße" }));
  expect(await message).toBe("grüße");
});

test("a posted message of 128 KB arrives whole, a longer one is refused with 413", async () => {
  const { client, connectionId, socket } = await gatewayWithConnection();
  const message = nextMessage(socket);
  const post = (bytes: number) =>
    client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: "x".repeat(bytes) }));
  await post(128 * 1024);
  expect(await message).toHaveLength(128 * 1024);
  await expect(post(128 * 1024 + 1)).rejects.toMatchObject({
    name: "PayloadTooLargeException",
    $metadata: { httpStatusCode: 413 },
  });
});

test("a connection that has closed is gone to POST, GET and DELETE", async () => {
  const { client, connectionId, socket, endings } = await gatewayWithConnection();
  socket.close();
  await expect.poll(() => endings.length).toBe(1);
  const gone = { name: "GoneException", $metadata: { httpStatusCode: 410 } };
  const ConnectionId = connectionId;
  await expect(client.send(new PostToConnectionCommand({ ConnectionId, Data: "x" }))).rejects.toMatchObject(
    gone,
  );
  await expect(client.send(new GetConnectionCommand({ ConnectionId }))).rejects.toMatchObject(gone);
  await expect(client.send(new DeleteConnectionCommand({ ConnectionId }))).rejects.toMatchObject(gone);
});

test("a connection is gone while its handshake is pending", async () => {
  let outcome: unknown;
  const gateway: ApiGateway = await gatewayWith({
    $connect: async ({ requestContext }) => {
      const post = new PostToConnectionCommand({
        ConnectionId: requestContext.connectionId,
        Data: "welcome",
      });
      outcome = await managementClient(gateway)
        .send(post)
        .catch((error: Error) => error.name);
      return OK;
    },
  });
  await connect(gateway);
  expect(outcome).toBe("GoneException");
});

test("an id that can't be a connection's is a bad request", async () => {
  const { client } = await gatewayWithConnection();
  const post = client.send(new PostToConnectionCommand({ ConnectionId: "me", Data: "x" }));
  await expect(post).rejects.toMatchObject({
    name: "BadRequestException",
    $metadata: { httpStatusCode: 400 },
  });
});

test("a connection tells since when it is there and from where", async () => {
  const { client, connectionId } = await gatewayWithConnection();
  const description = await client.send(new GetConnectionCommand({ ConnectionId: connectionId }));
  expect(description.Identity?.SourceIp).toBe("127.0.0.1");
  expect(Math.abs(Date.now() - Number(description.ConnectedAt))).toBeLessThan(10_000);
  expect(Number(description.LastActiveAt)).toBeGreaterThanOrEqual(Number(description.ConnectedAt));
});

test("a deleted connection is closed with 1000, and $disconnect is told", async () => {
  const { client, connectionId, socket, endings } = await gatewayWithConnection();
  const code = closeCode(socket);
  await client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
  expect(await code).toBe(1000);
  await expect.poll(() => endings).toEqual([[1000, "Connection Closed Normally"]]);
});

/** A plain HTTP request, as of somebody who doesn't use the SDK. */
async function plainRequest(gateway: ApiGateway, path: string) {
  const request = httpRequest(`http://${gateway.address}${path}`, { method: "POST" }).end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.resume();
  return { status: response.statusCode, type: response.headers["x-amzn-errortype"] };
}

test("an unsigned request to @connections is refused with 403", async () => {
  const { gateway, connectionId } = await gatewayWithConnection();
  expect(await plainRequest(gateway, `/tracker/@connections/${connectionId}`)).toEqual({
    status: 403,
    type: "MissingAuthenticationTokenException",
  });
});

test("@connections of another stage is refused with 403", async () => {
  const { gateway, connectionId } = await gatewayWithConnection();
  expect(await plainRequest(gateway, `/other/@connections/${connectionId}`)).toEqual({
    status: 403,
    type: "ForbiddenException",
  });
});
