/**
 * Converts seats to DynamoDB items and back.
 *
 *   ring                     seat                      attributes
 *   world#SWARM#0 … 3        POSITION.PEER             connection lan net expiresAt takenAt met metAt seeder
 *   net#SWARM#DE-3320        POSITION.PEER             connection lan expiresAt met
 *   lan#ADDRESS              POSITION.CONNECTION       net expiresAt, and for each seat SWARM.PEER = when it lapses
 *
 * `met` and `metAt` are a seat's `othersWhenHelped` and `helpedAt`.
 */
import type { Item, Value } from "./dynamodb-client.ts";
import { positionFrom, ringPositionOf, sortable } from "./rings.ts";
import type { Connection, Occupant, Seat } from "./swarms.ts";

/** A seat as the item of its connection lists it. */
export type HeldSeat = Omit<Occupant, "connection">;

export function worldRing(infoHash: string, ring: number): string {
  return `world#${packed(infoHash)}#${ring}`;
}

export function netRing(infoHash: string, net: string): string {
  return `net#${packed(infoHash)}#${net}`;
}

export function lanRing(lan: string): string {
  return `lan#${lan}`;
}

export function worldKey(infoHash: string, peerId: string): Item {
  const { ring, position } = ringPositionOf(peerId);
  return { ring: { S: worldRing(infoHash, ring) }, seat: seatKey(position, packed(peerId)) };
}

export function netKey(infoHash: string, peerId: string, net: string): Item {
  return {
    ring: { S: netRing(infoHash, net) },
    seat: seatKey(ringPositionOf(peerId).position, packed(peerId)),
  };
}

export function lanKey({ id, locality }: Connection): Item {
  return { ring: { S: lanRing(locality.lan) }, seat: seatKey(ringPositionOf(id).position, id) };
}

/** The name of the attribute for a seat in its connection's item. */
export function heldName(infoHash: string, peerId: string): string {
  return `${packed(infoHash)}.${packed(peerId)}`;
}

export function worldItem(seat: Seat): Item {
  const { infoHash, peerId, connection, isSeeder, takenAt, expiresAt, othersWhenHelped, helpedAt } = seat;
  const { lan, net } = connection.locality;
  return {
    ...worldKey(infoHash, peerId),
    connection: { S: connection.id },
    lan: { S: lan },
    ...(net !== null && { net: { S: net } }),
    expiresAt: number(expiresAt),
    takenAt: number(takenAt),
    met: number(othersWhenHelped),
    metAt: number(helpedAt),
    ...(isSeeder && { seeder: { BOOL: true } }),
  };
}

export function netItem(
  { infoHash, peerId, connection, expiresAt, othersWhenHelped }: Seat,
  net: string,
): Item {
  return {
    ...netKey(infoHash, peerId, net),
    connection: { S: connection.id },
    lan: { S: connection.locality.lan },
    expiresAt: number(expiresAt),
    met: number(othersWhenHelped),
  };
}

export function seatFrom(item: Item): Seat {
  return {
    ...occupantFrom(item, netIn(item)),
    isSeeder: item["seeder"] !== undefined,
    takenAt: numberIn(item, "takenAt"),
    othersWhenHelped: numberIn(item, "met"),
    helpedAt: numberIn(item, "metAt"),
  };
}

/** The seat of an item in a world ring or a network's ring. */
export function occupantFrom(item: Item, net: string | null): Occupant {
  const [, swarm = ""] = textIn(item, "ring").split("#");
  return {
    infoHash: unpacked(swarm),
    peerId: unpacked(nameIn(item)),
    connection: { id: textIn(item, "connection"), locality: { lan: textIn(item, "lan"), net } },
    expiresAt: expiryOf(item),
    othersWhenHelped: numberIn(item, "met"),
  };
}

/** The connection of an item in a lan ring. */
export function connectionFrom(item: Item, lan: string): Connection {
  return { id: nameIn(item), locality: { lan, net: netIn(item) } };
}

/** The seats that a connection's item lists, including lapsed ones. */
export function heldSeats(item: Item): HeldSeat[] {
  return Object.entries(item).flatMap(([name, value]) => {
    const [infoHash, peerId] = name.split(".");
    if (infoHash === undefined || peerId === undefined || !("N" in value)) return [];
    return [
      {
        infoHash: unpacked(infoHash),
        peerId: unpacked(peerId),
        expiresAt: Number(value.N),
        othersWhenHelped: null,
      },
    ];
  });
}

export function positionOf(item: Item): number {
  return positionFrom(textIn(item, "seat"));
}

export function expiryOf(item: Item): number {
  return numberIn(item, "expiresAt");
}

export function number(value: number): Value {
  return { N: String(Math.floor(value)) };
}

function seatKey(position: number, name: string): Value {
  return { S: `${sortable(position)}.${name}` };
}

/** The part of a seat's key after the position: a packed peer id, or a connection id. */
function nameIn(item: Item): string {
  const key = textIn(item, "seat");
  return key.slice(key.indexOf(".") + 1);
}

function netIn(item: Item): string | null {
  return textIn(item, "net") || null;
}

function textIn(item: Item, name: string): string {
  const value = item[name];
  return value !== undefined && "S" in value ? value.S : "";
}

/** A number that an item lacks, because an older release wrote it, is 0. */
function numberIn(item: Item, name: string): number {
  const value = item[name];
  return value !== undefined && "N" in value ? Number(value.N) : 0;
}

/** A binary string, one character per byte, as text for a key in DynamoDB. */
function packed(binary: string): string {
  return Buffer.from(binary, "latin1").toString("base64url");
}

function unpacked(text: string): string {
  return Buffer.from(text, "base64url").toString("latin1");
}
