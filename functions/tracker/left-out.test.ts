import { expect, test } from "vitest";
import { defaultProvider, NodeHttpHandler, streamCollector } from "./left-out.ts";

test("a part that was left out says so when it is used after all", () => {
  expect(defaultProvider).toThrow("environment only");
  expect(streamCollector).toThrow("before the SDK sees it");
});

test("a client can be made without the SDK's sender", () => {
  expect(NodeHttpHandler.create()).toBeNull();
});
