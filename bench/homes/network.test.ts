import { expect, it } from "vitest";
import { natRules, OURS, planNetwork } from "./network.ts";
import type { Router } from "./scenario.ts";

const router: Router = { nat: "cone", line: null, homes: 1 };
const air = { kilobitsPerSecond: 60_000, queueMs: 100, delayMs: 1, jitterMs: 0, lossPercent: 0 };
const path = { down: air, up: air };

/** Every namespace that the script makes. */
function namespacesIn(script: string): string[] {
  return [...script.matchAll(/ip netns add (\S+)/g)].map(([, name = ""]) => name);
}

it("gives every home a router with a line of its own", () => {
  const { homes, pairs, script } = planNetwork({ routers: [router, router] });
  expect(homes.map(({ namespace }) => namespace)).toEqual(["shoal-lab-h0", "shoal-lab-h1"]);
  expect(pairs).toEqual([
    { near: "w0a", far: "w0b", up: "r0-up", down: "r0-down" },
    { near: "w1a", far: "w1b", up: "r1-up", down: "r1-down" },
  ]);
  expect(script).toContain("addr add 192.168.101.10/24");
});

it("puts all homes of a school behind one line", () => {
  const { homes, pairs, script } = planNetwork({ routers: [{ ...router, homes: 3 }] });
  expect(homes).toHaveLength(3);
  expect(pairs).toHaveLength(1);
  expect(script).toContain("addr add 192.168.100.12/24");
});

it("lets the homes of an access point share one pipe for both directions", () => {
  const { pairs } = planNetwork({ routers: [{ ...router, homes: 2, air }] });
  expect(pairs.slice(1)).toEqual([
    { near: "h0a", far: "h0b", up: "r0-air", down: "r0-air" },
    { near: "h1a", far: "h1b", up: "r0-air", down: "r0-air" },
  ]);
});

it("leads a path of its own to the CDN under another address", () => {
  const { homes, pairs } = planNetwork({ routers: [{ ...router, cdnPath: path }, router] });
  expect(homes.map(({ server }) => server)).toEqual(["10.78.0.1", "10.77.0.1"]);
  expect(pairs.map(({ up }) => up)).toEqual(["r0-up", "r0-cdn-up", "r1-up"]);
});

it("joins the homes of a flat network without routers or lines", () => {
  const { homes, pairs, script } = planNetwork({ routers: [], flatHomes: 2 });
  expect(homes).toHaveLength(2);
  expect(pairs).toEqual([]);
  expect(script).not.toContain("nft");
});

it("makes only namespaces that it will know as its own", () => {
  const { script } = planNetwork({ routers: [{ ...router, homes: 2, air, cdnPath: path }], flatHomes: 1 });
  for (const name of namespacesIn(script)) expect(name).toMatch(OURS);
  for (const other of ["inet", "h0", "shoal-lab-", "shoal-lab-h0-mine"]) expect(other).not.toMatch(OURS);
});

it("keeps interface names within the kernel's fifteen characters", () => {
  const { script } = planNetwork({
    routers: Array.from({ length: 12 }, () => ({ ...router, air, cdnPath: path })),
  });
  const names = [...script.matchAll(/link add (\S+) .*peer name (\S+)/g)].flatMap(
    ([, one = "", other = ""]) => [one, other],
  );
  for (const name of names) expect(name.length).toBeLessThanOrEqual(15);
});

it("maps every destination to another port behind a symmetric NAT only", () => {
  expect(natRules("symmetric", "192.168.100.10")).toContain("masquerade fully-random");
  expect(natRules("cone", "192.168.100.10")).not.toContain("fully-random");
});

it("lets strangers in behind a full cone only", () => {
  expect(natRules("full-cone", "192.168.100.10")).toContain("dnat to 192.168.100.10");
  expect(natRules("full-cone", "192.168.100.10")).not.toContain("forward priority 0; iifname");
  expect(natRules("cone", "192.168.100.10")).not.toContain("dnat");
});

it("drops UDP where it is blocked", () => {
  expect(natRules("no-udp", "192.168.100.10")).toContain("ip protocol udp drop; iifname");
});
