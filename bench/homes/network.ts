/**
 * The network of a scenario as a shell script: namespaces for the internet, the emulator, every router and every
 * home, joined by veth pairs.
 *
 *     home ─ router ─ emulator ─ internet (server, STUN)
 */

import type { Nat, Router, Scenario } from "./scenario.ts";

const PREFIX = "shoal-lab-";
export const INTERNET = `${PREFIX}inet`;
export const EMULATOR = `${PREFIX}lines`;
/** Matches the namespaces of this bench, whichever run made them, and no others. */
export const OURS = new RegExp(`^${PREFIX}(inet|lines|r\\d+|h\\d+)$`);

/** The server by the way that peers take, by which STUN has to be asked, and by paths of their own to the CDN. */
export const SERVER = "10.77.0.1";
const SERVER_BY_CDN_PATH = "10.78.0.1";

function homeNamespace(home: number): string {
  return `${PREFIX}h${home}`;
}

function routerNamespace(router: number): string {
  return `${PREFIX}r${router}`;
}

/** A pair of interfaces in the emulator's namespace, and the pipes that join them. */
export interface Pair {
  /** On the home's side, and on the internet's. */
  readonly near: string;
  readonly far: string;
  readonly up: string;
  readonly down: string;
}

export interface HomePlan {
  readonly namespace: string;
  /** Where this home finds CDN and tracker. */
  readonly server: string;
}

export interface NetworkPlan {
  /** For `sh -e`. */
  readonly script: string;
  readonly homes: readonly HomePlan[];
  readonly pairs: readonly Pair[];
}

/** Names of a router's pipes, also those that a scenario gives it no limits for. */
export function pipesOf(router: number): Record<"up" | "down" | "cdnUp" | "cdnDown" | "air", string> {
  const name = (what: string) => `r${router}-${what}`;
  return {
    up: name("up"),
    down: name("down"),
    cdnUp: name("cdn-up"),
    cdnDown: name("cdn-down"),
    air: name("air"),
  };
}

/** Puts the network of a scenario into commands. */
export function planNetwork({
  routers,
  flatHomes = 0,
}: Pick<Scenario, "routers" | "flatHomes">): NetworkPlan {
  const script = [...namespace(INTERNET), ...namespace(EMULATOR), ...bridge("peers", SERVER)];
  if (routers.some(({ cdnPath }) => cdnPath)) script.push(...bridge("cdn", SERVER_BY_CDN_PATH));
  const homes: HomePlan[] = [];
  const pairs: Pair[] = [];
  for (let home = 0; home < flatHomes; home += 1) {
    const own = homeNamespace(home);
    script.push(
      ...namespace(own),
      ...veth(own, "eth0", INTERNET, `f${home}`),
      ...join(INTERNET, `f${home}`, "peers"),
      address(own, "eth0", `10.77.0.${100 + home}/24`),
      // Without a default route, Chromium offers no address of its own to peers.
      `ip -n ${own} route add default via ${SERVER}`,
    );
    homes.push({ namespace: own, server: SERVER });
  }
  for (const [index, router] of routers.entries()) {
    const built = planRouter(index, router, homes.length);
    script.push(...built.script);
    homes.push(...built.homes);
    pairs.push(...built.pairs);
  }
  return { script: script.join("\n"), homes, pairs };
}

type RouterPlan = { readonly script: readonly string[] } & Omit<NetworkPlan, "script">;

function planRouter(index: number, router: Router, firstHome: number): RouterPlan {
  const own = routerNamespace(index);
  const pipes = pipesOf(index);
  const pairs: Pair[] = [{ near: `w${index}a`, far: `w${index}b`, up: pipes.up, down: pipes.down }];
  const script = [
    ...namespace(own),
    `ip netns exec ${own} sysctl -qw net.ipv4.ip_forward=1`,
    ...wan(own, "wan", index, "w", "peers"),
    address(own, "wan", `10.77.0.${10 + index}/24`),
    `ip -n ${own} route add default via ${SERVER}`,
  ];
  if (router.cdnPath) {
    script.push(...wan(own, "cdn", index, "c", "cdn"), address(own, "cdn", `10.78.0.${10 + index}/24`));
    pairs.push({ near: `c${index}a`, far: `c${index}b`, up: pipes.cdnUp, down: pipes.cdnDown });
  }
  const network = `192.168.${100 + index}`;
  const lan = planLan(own, network, router, firstHome, pipes.air);
  const rules = natRules(router.nat, `${network}.10`);
  return {
    script: [...script, ...lan.script, `ip netns exec ${own} nft -f - <<'RULES'\n${rules}\nRULES`],
    homes: lan.homes,
    pairs: [...pairs, ...lan.pairs],
  };
}

/** The homes behind a router, on a bridge of its own; with an access point between them, through the emulator. */
function planLan(
  own: string,
  network: string,
  router: Router,
  firstHome: number,
  airPipe: string,
): RouterPlan {
  const script = [`ip -n ${own} link add lan type bridge`, address(own, "lan", `${network}.1/24`)];
  const homes: HomePlan[] = [];
  const pairs: Pair[] = [];
  for (let index = 0; index < router.homes; index += 1) {
    const home = homeNamespace(firstHome + index);
    const port = `p${index}`;
    const air = { near: `h${firstHome + index}a`, far: `h${firstHome + index}b`, up: airPipe, down: airPipe };
    if (router.air) pairs.push(air);
    script.push(
      ...namespace(home),
      ...(router.air
        ? [...veth(home, "eth0", EMULATOR, air.near), ...veth(own, port, EMULATOR, air.far)]
        : veth(home, "eth0", own, port)),
      ...join(own, port, "lan"),
      address(home, "eth0", `${network}.${10 + index}/24`),
      `ip -n ${home} route add default via ${network}.1`,
    );
    homes.push({ namespace: home, server: router.cdnPath ? SERVER_BY_CDN_PATH : SERVER });
  }
  return { script, homes, pairs };
}

/** IPv6 is off, since an address that nobody can reach only holds connections up. */
function namespace(name: string): string[] {
  return [
    `ip netns add ${name}`,
    `ip netns exec ${name} sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1`,
    `ip -n ${name} link set lo up`,
  ];
}

function bridge(name: string, at: string): string[] {
  return [`ip -n ${INTERNET} link add ${name} type bridge`, address(INTERNET, name, `${at}/24`)];
}

/** A router's side of the internet: through the emulator onto one of the internet's bridges. */
function wan(router: string, name: string, index: number, letter: string, onBridge: string): string[] {
  const far = `${letter}${index}`;
  return [
    ...veth(router, name, EMULATOR, `${letter}${index}a`),
    ...veth(EMULATOR, `${letter}${index}b`, INTERNET, far),
    ...join(INTERNET, far, onBridge),
  ];
}

/** Without offloads, since the emulator would see frames of 64 KB and checksums that nobody has computed. */
function veth(one: string, oneName: string, other: string, otherName: string): string[] {
  return [
    `ip link add ${oneName} netns ${one} type veth peer name ${otherName} netns ${other}`,
    ...[
      [one, oneName],
      [other, otherName],
    ].flatMap(([space, name]) => [
      `ip netns exec ${space} ethtool -K ${name} tx off rx off sg off tso off gso off gro off >/dev/null`,
      `ip -n ${space} link set ${name} up`,
    ]),
  ];
}

function join(space: string, name: string, onBridge: string): string[] {
  return [`ip -n ${space} link set ${name} master ${onBridge}`];
}

function address(space: string, name: string, value: string): string {
  return `ip -n ${space} addr add ${value} dev ${name}; ip -n ${space} link set ${name} up`;
}

/**
 * nftables rules. What comes in unasked is dropped before it is tracked, since a tracked packet would take the port
 * that the home's own next packet should leave by.
 */
export function natRules(nat: Nat, home: string): string {
  const outside = '{ "wan", "cdn" }';
  const mapping = nat === "symmetric" ? "masquerade fully-random" : "masquerade";
  const incoming = nat === "full-cone" ? `iifname "wan" udp dport 1024-65535 dnat to ${home}` : "";
  const forward = [
    ...(nat === "no-udp" ? [`oifname ${outside} ip protocol udp drop`] : []),
    ...(nat === "full-cone" ? [] : [`iifname ${outside} ct state new drop`]),
  ];
  return [
    "table ip nat {",
    `  chain out { type nat hook postrouting priority 100; oifname ${outside} ${mapping}; }`,
    `  chain in { type nat hook prerouting priority -100; ${incoming}; }`,
    `  chain own { type filter hook input priority 0; iifname ${outside} ct state new ip protocol udp drop; }`,
    `  chain through { type filter hook forward priority 0; ${forward.join("; ")}; }`,
    "}",
  ].join("\n");
}
