import { expect, it } from "vitest";
import { answerBinding } from "./stun.ts";

const transaction = "b7e7a701bc34d686fa87dfae";
const request = Buffer.from(`000100002112a442${transaction}`, "hex");

it("answers with the address that RFC 5769, 2.2, encodes", () => {
  const response = answerBinding(request, "192.0.2.1", 32853);
  expect(response?.toString("hex")).toBe(`0101000c2112a442${transaction}002000080001a147e112a643`);
});

it("answers a request that carries attributes", () => {
  const software = Buffer.from("8022000474657374", "hex");
  const longer = Buffer.from(`000100082112a442${transaction}`, "hex");
  expect(answerBinding(Buffer.concat([longer, software]), "10.0.0.1", 1)).not.toBeNull();
});

it("doesn't answer what isn't a Binding request", () => {
  expect(answerBinding(Buffer.from("hello"), "10.0.0.1", 1)).toBeNull();
  expect(answerBinding(Buffer.from(`010100002112a442${transaction}`, "hex"), "10.0.0.1", 1)).toBeNull();
  expect(answerBinding(Buffer.from(`0001000000000000${transaction}`, "hex"), "10.0.0.1", 1)).toBeNull();
});
