/** A STUN server of the least kind: tells each client its address as seen from here (RFC 8489, Binding). */

import { createSocket } from "node:dgram";

const HEADER_BYTES = 20;
const MAGIC_COOKIE = 0x2112a442;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const XOR_MAPPED_ADDRESS = 0x0020;
const FAMILY_IPV4 = 0x01;

/** The response to a Binding request that came from this IPv4 address and port; null for any other message. */
export function answerBinding(message: Buffer, address: string, port: number): Buffer | null {
  if (message.length < HEADER_BYTES) return null;
  if (message.readUInt16BE(0) !== BINDING_REQUEST || message.readUInt32BE(4) !== MAGIC_COOKIE) return null;
  const value = Buffer.alloc(8);
  value.writeUInt8(FAMILY_IPV4, 1);
  value.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), 2);
  value.writeUInt32BE((ipv4Number(address) ^ MAGIC_COOKIE) >>> 0, 4);
  const header = Buffer.alloc(HEADER_BYTES + 4);
  header.writeUInt16BE(BINDING_SUCCESS, 0);
  header.writeUInt16BE(4 + value.length, 2);
  // The magic cookie and the transaction's id are the request's.
  message.copy(header, 4, 4, HEADER_BYTES);
  header.writeUInt16BE(XOR_MAPPED_ADDRESS, HEADER_BYTES);
  header.writeUInt16BE(value.length, HEADER_BYTES + 2);
  return Buffer.concat([header, value]);
}

function ipv4Number(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Serves on every address of this namespace; returns the way to stop. */
export async function startStun(port: number): Promise<() => void> {
  const socket = createSocket("udp4");
  socket.on("message", (message, from) => {
    const response = answerBinding(message, from.address, from.port);
    if (response) socket.send(response, from.port, from.address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(port, resolve);
  });
  return () => socket.close();
}
