/**
 * Stubs for DynamoDB and @connections on the network. They respond at once, DynamoDB with the seats of a large swarm,
 * @connections with success. Every viewer has a seat, on a connection whose id is the viewer's peer id.
 */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Item } from "../functions/tracker/dynamodb-client.ts";
import { SAMPLE_SIZE } from "../functions/tracker/rings.ts";
import { seatFrom, worldItem } from "../functions/tracker/seat-items.ts";

export interface Stubs {
  /** The environment of a function that uses the stubs. */
  readonly environment: Readonly<Record<string, string>>;
  /** Requests so far, by operation; `Post` is a request to @connections. */
  readonly requests: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export async function openStubs(): Promise<Stubs> {
  const requests = new Map<string, number>();
  const count = (name: string) => requests.set(name, (requests.get(name) ?? 0) + 1);
  const dynamoDb = await listen((target, body) => {
    const operation = target?.split(".")[1] ?? "";
    count(operation);
    if (operation === "GetItem") return JSON.stringify({ Item: seatAt(JSON.parse(body).Key) });
    return operation === "Query" ? SWARM : "{}";
  });
  const connections = await listen(() => {
    count("Post");
    return "";
  });
  return {
    requests,
    environment: {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "stub",
      AWS_SECRET_ACCESS_KEY: "stub",
      AWS_SESSION_TOKEN: "stub",
      SEATS_TABLE: "Seats",
      SHARING_REACH: "world",
      AWS_ENDPOINT_URL_DYNAMODB: addressOf(dynamoDb),
      AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: `${addressOf(connections)}/tracker`,
    },
    close: async () => {
      for (const server of [dynamoDb, connections]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

const FAR_FUTURE = 4_000_000_000;

function seatOf(peerId: string): Item {
  const connection = { id: peerId, locality: { lan: "another", net: "DE-1" } };
  const seat = {
    infoHash: "one swarm for all---",
    peerId,
    connection,
    isSeeder: false,
    takenAt: 0,
    othersWhenHelped: 1000,
    helpedAt: 0,
  };
  return worldItem({ ...seat, expiresAt: FAR_FUTURE });
}

/** A seat for any key. */
function seatAt(key: Item): Item {
  return seatOf(seatFrom(key).peerId);
}

/** The response to every query: as many seats as the tracker asks for, so that it doesn't ask again. */
const SWARM = JSON.stringify({
  Items: Array.from({ length: SAMPLE_SIZE }, (_, number) => seatOf(`peer ${number}`.padEnd(20))),
});

function listen(answer: (target: string | undefined, body: string) => string): Promise<Server> {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request.setEncoding("utf8")) body += piece;
    response.end(answer(request.headers["x-amz-target"]?.toString(), body));
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
