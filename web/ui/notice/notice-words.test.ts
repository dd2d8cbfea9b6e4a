import { expect, test } from "vitest";
import { addressWords, noticeWords } from "./notice-words.ts";

test("a viewer is told in one sentence who sees the address and how to stop sharing", () => {
  expect(noticeWords("notice", "world")).toEqual({
    sentence: "Other viewers can see your network address; “Turn off” stops sharing.",
    accept: "OK",
    decline: "Turn off",
  });
});

test("a viewer who is asked reads what a yes means", () => {
  expect(noticeWords("ask", "lan").sentence).toBe(
    "Share with viewers at your place? They could then see your network address.",
  );
});

test("the panel says the same, and how far it goes", () => {
  expect(addressWords("world")).toBe(
    "While you share, other viewers can see your network address; choose Off to stop sharing.",
  );
  expect(addressWords("network")).toContain("viewers in your network can see");
});
