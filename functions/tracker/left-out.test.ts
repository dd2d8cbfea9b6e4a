import { expect, test } from "vitest";
import {
  defaultProvider,
  NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS,
  NodeHttpHandler,
  resolveEndpointDiscoveryConfig,
  streamCollector,
} from "./left-out.ts";

test("a part that was left out says so when it is used after all", () => {
  expect(defaultProvider).toThrow("environment only");
  expect(streamCollector).toThrow("before the SDK sees it");
});

test("a client can be made without the SDK's sender, and without looking for endpoints", () => {
  expect(NodeHttpHandler.create()).toBeNull();
  expect(NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS).toEqual({});
  expect(resolveEndpointDiscoveryConfig({ region: "us-east-1" })).toEqual({ region: "us-east-1" });
});
