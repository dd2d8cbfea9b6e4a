// How seats are written down as DynamoDB items, and read back.
//
//   ring                     seat                      attributes
//   world#SWARM#0 … 3        POSITION.PEER             connection lan net expiresAt takenAt met metAt seeder
//   net#SWARM#DE-3320        POSITION.PEER             connection lan expiresAt met
//   lan#ADDRESS              POSITION.CONNECTION       net expiresAt, and for each seat held SWARM.PEER = when it lapses
import type { Item, Value } from "./dynamodb.ts";
import { positionFrom, sortable, spotOf } from "./rings.ts";
import type { Connection, Seat, Sitter } from "./swarms.ts";

/** A seat as its connection's item in the lan ring lists it. */
export type HeldSeat = Omit<Sitter, "connection">;

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
  const { ring, position } = spotOf(peerId);
  return { ring: { S: worldRing(infoHash, ring) }, seat: seatKey(position, packed(peerId)) };
}

export function netKey(infoHash: string, peerId: string, net: string): Item {
  return { ring: { S: netRing(infoHash, net) }, seat: seatKey(spotOf(peerId).position, packed(peerId)) };
}

export function lanKey({ id, place }: Connection): Item {
  return { ring: { S: lanRing(place.lan) }, seat: seatKey(spotOf(id).position, id) };
}

/** The attribute of a connection's item that stands for a seat. */
export function heldName(infoHash: string, peerId: string): string {
  return `${packed(infoHash)}.${packed(peerId)}`;
}

export function worldItem(seat: Seat): Item {
  const { infoHash, peerId, connection, isSeeder, takenAt, expiresAt, met, metAt } = seat;
  const { lan, net } = connection.place;
  return {
    ...worldKey(infoHash, peerId),
    connection: { S: connection.id },
    lan: { S: lan },
    ...(net !== null && { net: { S: net } }),
    expiresAt: number(expiresAt),
    takenAt: number(takenAt),
    met: number(met),
    metAt: number(metAt),
    ...(isSeeder && { seeder: { BOOL: true } }),
  };
}

export function netItem({ infoHash, peerId, connection, expiresAt, met }: Seat, net: string): Item {
  return {
    ...netKey(infoHash, peerId, net),
    connection: { S: connection.id },
    lan: { S: connection.place.lan },
    expiresAt: number(expiresAt),
    met: number(met),
  };
}

export function seatFrom(item: Item): Seat {
  return {
    ...sitterFrom(item, netIn(item)),
    isSeeder: item["seeder"] !== undefined,
    takenAt: numberIn(item, "takenAt"),
    met: numberIn(item, "met"),
    metAt: numberIn(item, "metAt"),
  };
}

/** The seat of an item in the world's or a network's ring. */
export function sitterFrom(item: Item, net: string | null): Sitter {
  const [, swarm = ""] = textIn(item, "ring").split("#");
  return {
    infoHash: unpacked(swarm),
    peerId: unpacked(nameIn(item)),
    connection: { id: textIn(item, "connection"), place: { lan: textIn(item, "lan"), net } },
    expiresAt: expiryOf(item),
    met: numberIn(item, "met"),
  };
}

/** The connection of an item in a lan ring. */
export function connectionFrom(item: Item, lan: string): Connection {
  return { id: nameIn(item), place: { lan, net: netIn(item) } };
}

/** The seats that a connection's item lists, lapsed or not. */
export function heldSeats(item: Item): HeldSeat[] {
  return Object.entries(item).flatMap(([name, value]) => {
    const [infoHash, peerId] = name.split(".");
    if (infoHash === undefined || peerId === undefined || !("N" in value)) return [];
    return [
      { infoHash: unpacked(infoHash), peerId: unpacked(peerId), expiresAt: Number(value.N), met: null },
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

/** What follows the position in a seat's key: a packed peer id, or a connection's id. */
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

/** What an item lacks, since an older release wrote it, counts as 0. */
function numberIn(item: Item, name: string): number {
  const value = item[name];
  return value !== undefined && "N" in value ? Number(value.N) : 0;
}

/** Binary strings, one character a byte, as text that DynamoDB takes in a key. */
function packed(binary: string): string {
  return Buffer.from(binary, "latin1").toString("base64url");
}

function unpacked(text: string): string {
  return Buffer.from(text, "base64url").toString("latin1");
}
