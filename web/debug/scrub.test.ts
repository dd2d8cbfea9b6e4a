import { expect, test } from "vitest";
import { nameOf, renditionName, scrubbed } from "./scrub.ts";

const TICKET = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJrM0p4MGFROWJaIn0.c2lnbmF0dXJl_-x";

test.each([
  [`The CDN answered 401 for https://live.example.com/t/${TICKET}/out/v1/1.mp4`, "ticket"],
  [`wss://live.example.com/t/${TICKET}/tracker can't be reached`, "ticket"],
  [`token ${TICKET}`, "token"],
  ["https://cdn.example.com/1.mp4?Signature=abc&Key-Pair-Id=K1#link=secret", "https://cdn.example.com/1.mp4"],
  ["candidate 192.168.0.17 via 203.0.113.9:50210", "address"],
  ["candidate fe80::1c2b:3dff:fe4e:5f60%en0 and 2001:db8::1", "address"],
  ["3f2a1b1c-0000-4000-8000-aabbccddeeff.local", "address"],
])("%s keeps no secret", (text, kept) => {
  const clean = scrubbed(text);
  expect(clean).toContain(kept);
  for (const secret of [
    TICKET,
    "c2lnbmF0dXJl",
    "Signature",
    "secret",
    "192.168",
    "203.0",
    "fe80",
    "2001:db8",
    "3f2a1b1c",
  ])
    expect(clean).not.toContain(secret);
});

test("what is no secret stays, and no text is long", () => {
  expect(scrubbed("The guard: takes-only at 12:30")).toBe("The guard: takes-only at 12:30");
  expect(scrubbed("x".repeat(1_000))).toHaveLength(200);
});

test("a viewer has one name in all its swarms, from which its id isn't found", () => {
  const [main, audio, other] = ["-SH02sm-k3Jx0aQ9bZ12", "-SH02sa-k3Jx0aQ9bZ12", "-SH02sm-k3Jx0aQ9bZ34"].map(
    nameOf,
  );
  expect(main).toMatch(/^[\da-f]{6}$/);
  expect(audio).toBe(main);
  expect(other).not.toBe(main);
});

test("a rendition is named without what signs its address", () => {
  expect(renditionName("https://a.example/t/abc/out/v1/index_360p.m3u8?token=secret")).toBe(
    "index_360p.m3u8",
  );
  expect(renditionName("dash-main-1/#x")).toBe("dash-main-1");
  expect(renditionName("")).toBe("");
});
