import type { NetworkInterfaceInfo } from "node:os";
import { expect, test } from "vitest";
import { reachableHosts } from "./addresses.ts";

function address(text: string, family: "IPv4" | "IPv6", internal = false): NetworkInterfaceInfo {
  const common = { address: text, internal, netmask: "", mac: "", cidr: null };
  return family === "IPv6" ? { ...common, family, scopeid: 0 } : { ...common, family };
}

const INTERFACES = {
  lo: [address("127.0.0.1", "IPv4", true)],
  wifi: [address("192.168.1.7", "IPv4"), address("fe80::1", "IPv6")],
};

test("whoever listens everywhere is reached here by name, and from the network by address", () => {
  expect(reachableHosts("0.0.0.0", INTERFACES)).toEqual(["localhost", "192.168.1.7"]);
});

test("whoever listens on one address is reached there only", () => {
  expect(reachableHosts("127.0.0.1", INTERFACES)).toEqual(["127.0.0.1"]);
  expect(reachableHosts("::1", INTERFACES)).toEqual(["[::1]"]);
});

test("an interface that has no address now is no way to be reached", () => {
  expect(reachableHosts("::", { ...INTERFACES, vpn: undefined })).toEqual(["localhost", "192.168.1.7"]);
});
