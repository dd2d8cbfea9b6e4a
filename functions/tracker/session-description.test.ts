import { expect, test } from "vitest";
import { MAX_CANDIDATES, MAX_SDP_LENGTH, refusalOfDescription, STRICT } from "./session-description.ts";

const line = (address: string) => `a=candidate:842163049 1 udp 1677729535 ${address} 46154 typ host\r\n`;
const sdp = (...addresses: string[]) =>
  `v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\nc=IN IP4 0.0.0.0\r\n${addresses.map(line).join("")}a=ice-ufrag:x\r\n`;
const refusal = (...addresses: string[]) => refusalOfDescription(sdp(...addresses), STRICT);

test.each([
  "203.0.113.7",
  "192.168.1.20",
  "2001:db8::1",
  "fd00::17",
  "fe80::1",
  "1f4712db-ea17-4bcf-a596-105139dfd8bf.local",
])("a candidate at %s is relayed", (address) => {
  expect(refusal(address)).toBeNull();
});

test.each([
  "127.0.0.1",
  "127.8.8.8",
  "::1",
  "::ffff:127.0.0.1",
  "224.0.0.251",
  "239.255.255.250",
  "255.255.255.255",
  "::ffff:224.0.0.1",
  "ff02::fb",
  "0.0.0.0",
  "::",
  "localhost",
  "internal.example.com",
  "",
])("a candidate at %j isn't, even among others", (address) => {
  expect(refusal("203.0.113.7", address)).toBe("has a candidate that leads to no other machine");
});

test("where all viewers are on one machine, the loopback is relayed, and multicast isn't", () => {
  const rules = { allowsLoopback: true };
  expect(refusalOfDescription(sdp("127.0.0.1", "::1"), rules)).toBeNull();
  expect(refusalOfDescription(sdp("224.0.0.251"), rules)).not.toBeNull();
});

test("a candidate that ends before its address isn't relayed", () => {
  expect(refusalOfDescription("a=candidate:1 1 udp", STRICT)).not.toBeNull();
});

test("a candidate counts however its line is written", () => {
  const hidden = sdp("203.0.113.7").replace("a=candidate", "  A=Candidate").replace("203.0.113.7", "::1");
  expect(refusalOfDescription(hidden, STRICT)).not.toBeNull();
});

test("twenty candidates are relayed, and one more isn't", () => {
  const addresses = Array.from({ length: MAX_CANDIDATES }, (_, index) => `203.0.113.${index}`);
  expect(refusal(...addresses)).toBeNull();
  expect(refusal(...addresses, "203.0.113.99")).toBe("may have at most 20 candidates");
});

test("a description has at most 4,096 characters", () => {
  expect(refusalOfDescription("v".repeat(MAX_SDP_LENGTH), STRICT)).toBeNull();
  expect(refusalOfDescription("v".repeat(MAX_SDP_LENGTH + 1), STRICT)).toBe(
    "may have at most 4096 characters",
  );
});
