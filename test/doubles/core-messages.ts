/** The core's messages, written by hand, as a hostile peer would: p2p-media-loader-core 2.3.1, `p2p/commands/`. */

export const COMMAND = { announcement: 0, request: 1, data: 2, completed: 3, absent: 4, cancel: 5 } as const;

const encoder = new TextEncoder();

const frame = (start: string, body: ArrayLike<number>, end: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([...encoder.encode(start), ...Array.from(body), ...encoder.encode(end)]);

/** A whole command in one message. */
export const framed = (body: ArrayLike<number>) => frame("cstr", body, "cend");
/** The first, a later, and the last part of a command in several messages. */
export const firstPart = (body: ArrayLike<number>) => frame("cstr", body, "dend");
export const laterPart = (body: ArrayLike<number>) => frame("dstr", body, "dend");
export const lastPart = (body: ArrayLike<number>) => frame("dstr", body, "cend");

/** A command of numbers, such as `{ i: 7, r: 12 }`. */
export function command(code: number, fields: Record<string, number> = {}): Uint8Array<ArrayBuffer> {
  const body = Object.entries(fields).flatMap(([name, value]) => [name.charCodeAt(0), ...integer(value)]);
  return framed([code, ...body]);
}

/** An announcement of segments that are held. */
export function announcement(held: readonly number[]): Uint8Array<ArrayBuffer> {
  const parts = held.flatMap((one) => [...integer(one - (one % 256) + 1), one % 256]);
  return framed([COMMAND.announcement, "l".charCodeAt(0), 0x10, held.length, ...parts]);
}

function integer(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; rest > 0 || bytes.length === 0; rest = Math.floor(rest / 256))
    bytes.unshift(rest % 256);
  if ((bytes[0] ?? 0) > 127) bytes.unshift(0);
  return [bytes.length, ...bytes];
}
