import fc from "fast-check";
import { expect, test } from "vitest";
import { OrderedSeats } from "./ordered-seats.ts";
import type { Seat } from "./swarms.ts";

const seatOf = (peerId: string) => ({ peerId }) as Seat;
const position = fc.nat(2 ** 31 - 1).map((numerator) => numerator / 2 ** 31);

/** All that a ring shows from a position on. */
function shown(ring: OrderedSeats, start: number): number[] {
  const positions: number[] = [];
  ring.from(start, (each) => positions.push(each) < 0);
  return positions;
}

test("after any insertions and removals, a ring shows exactly what is in it, in order from any position", () => {
  const step = fc.record({ position, isEntry: fc.boolean(), which: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), position, (steps, start) => {
      const ring = new OrderedSeats();
      const model: { position: number; seat: Seat }[] = [];
      for (const { position, isEntry, which } of steps) {
        const [left] = isEntry ? [] : model.splice(which % Math.max(1, model.length), 1);
        if (left) ring.delete(left.position, left.seat);
        if (!isEntry) continue;
        const entry = { position, seat: seatOf(String(model.length)) };
        model.push(entry);
        ring.add(entry.position, entry.seat);
      }
      expect(ring.size).toBe(model.length);
      const around = (each: number) => (each >= start ? each - start : each - start + 1);
      const positions = model.map((entry) => entry.position);
      expect(shown(ring, start)).toEqual(positions.toSorted((a, b) => around(a) - around(b)));
    }),
  );
});

test("a ring shows no more than it is asked for", () => {
  const ring = new OrderedSeats();
  for (const at of [0.1, 0.4, 0.8]) ring.add(at, seatOf(String(at)));
  const positions: number[] = [];
  ring.from(0.3, (each) => positions.push(each) === 2);
  expect(positions).toEqual([0.4, 0.8]);
});

test("seats that share a position are all shown, and removed one by one", () => {
  const ring = new OrderedSeats();
  const [ann, bob] = [seatOf("ann"), seatOf("bob")];
  ring.add(0.5, ann);
  ring.add(0.5, bob);
  expect(ring.at(0.5)).toEqual([ann, bob]);
  ring.delete(0.5, ann);
  expect(ring.at(0.5)).toEqual([bob]);
});

test("removing a seat that isn't there changes nothing", () => {
  const ring = new OrderedSeats();
  ring.add(0.5, seatOf("ann"));
  ring.delete(0.5, seatOf("bob"));
  expect(ring.size).toBe(1);
});

test.each([-0.1, 1, Number.NaN])("a position of %d is an error", (wrong) => {
  expect(() => new OrderedSeats().add(wrong, seatOf("ann"))).toThrow("a position must be in [0, 1)");
});
