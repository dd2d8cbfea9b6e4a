import fc from "fast-check";
import { expect, test } from "vitest";
import { type AmfValue, decodeAmf, encodeAmf } from "./amf.ts";

const { value: anyValue } = fc.letrec<{ value: AmfValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 4 },
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.string(),
    fc.constantFrom(null, undefined),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string({ minLength: 1 }), tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

test("what was encoded is decoded as it was", () => {
  fc.assert(
    fc.property(fc.array(anyValue), (values) => {
      expect(decodeAmf(encodeAmf(...values))).toEqual(values);
    }),
  );
});

test("OBS's connect command is read", () => {
  const connect = Buffer.from(
    "020007636f6e6e656374003ff00000000000000300036170700200046c69766500047479706502000a" +
      "6e6f6e70726976617465000009",
    "hex",
  );
  expect(decodeAmf(connect)).toEqual(["connect", 1, { app: "live", type: "nonprivate" }]);
});

test("an ECMA array, as in onMetaData, is read as an object", () => {
  const metadata = Buffer.from("0800000001000577696474680040940000000000000000" + "09", "hex");
  expect(decodeAmf(metadata)).toEqual([{ width: 1280 }]);
});

test("bytes that end in the middle of a value are refused", () => {
  const whole = encodeAmf("publish", 5, { key: "value" });
  for (let length = 1; length < whole.length; length++) {
    const cut = whole.subarray(0, length);
    // Some cuts fall between two values and are whole in themselves.
    const isWhole = encodeAmf("publish").length === length || encodeAmf("publish", 5).length === length;
    if (!isWhole) expect(() => decodeAmf(cut)).toThrow("ends before its message does");
  }
});

test("a value that nests without end is refused instead of exhausting the stack", () => {
  const nested = Buffer.concat(
    Array.from({ length: 100_000 }, () => Buffer.from("0300016b", "hex").subarray(0, 4)),
  );
  expect(() => decodeAmf(nested)).toThrow("nests deeper");
});

test("a text too long for two bytes of length is read by four", () => {
  expect(decodeAmf(Buffer.from("0c00000004736f6d65", "hex"))).toEqual(["some"]);
});

test("a date is read as its milliseconds, without the time zone behind them", () => {
  const number = encodeAmf(1_800_000_000_000).subarray(1);
  const date = Buffer.concat([Buffer.of(11), number, Buffer.of(0, 60), encodeAmf("next")]);
  expect(decodeAmf(date)).toEqual([1_800_000_000_000, "next"]);
});

test("a type that commands don't use is refused by number", () => {
  expect(() => decodeAmf(Buffer.of(7, 0, 0))).toThrow("AMF type 7 is not used in RTMP commands");
});
