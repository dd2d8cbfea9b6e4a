/** What the lab needs of the machine, and what to do if it isn't there. */

import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Tools, and the Debian package that has each. */
const TOOLS: Readonly<Record<string, string>> = {
  ip: "iproute2",
  nft: "nftables",
  ethtool: "ethtool",
  ping: "iputils-ping",
  cc: "gcc libc6-dev",
};

/** What is known of the machine. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly userId: number | undefined;
  has(tool: string): boolean;
  /** Why a namespace with an interface and address translation couldn't be made; null if it could. */
  whyNoNamespaces(): string | null;
}

const thisMachine: Machine = {
  platform: process.platform,
  userId: process.getuid?.(),
  has: isInstalled,
  whyNoNamespaces,
};

/** A sentence about what is missing; null if nothing is. */
export function missingRequirement(machine: Machine = thisMachine): string | null {
  if (machine.platform !== "linux")
    return "The lab of home lines needs Linux, since it is made of network namespaces.";
  if (machine.userId !== 0)
    return "The lab of home lines needs root, since it makes network namespaces: run it with sudo.";
  const missing = Object.keys(TOOLS).filter((tool) => !machine.has(tool));
  if (missing.length > 0) {
    const packages = missing.map((tool) => TOOLS[tool]).join(" ");
    return `The lab of home lines needs ${missing.join(", ")}; on Debian: apt-get install ${packages}`;
  }
  const why = machine.whyNoNamespaces();
  // A container's root may not make namespaces unless it is allowed to.
  return why === null
    ? null
    : `The lab of home lines needs network namespaces, which this machine doesn't allow: ${why}`;
}

function isInstalled(tool: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Makes a namespace with what the lab's have, and removes it. */
function whyNoNamespaces(): string | null {
  const name = `shoal-probe-${process.pid}`;
  const script = [
    `ip netns add ${name}`,
    `ip -n ${name} link add one type veth peer name two`,
    `ip -n ${name} link add three type bridge`,
    `ip netns exec ${name} nft add table ip nat`,
  ];
  const { status, stderr } = spawnSync("sh", ["-ec", script.join("\n")], { encoding: "utf8" });
  spawnSync("ip", ["netns", "del", name]);
  return status === 0 ? null : (stderr.trim().split("\n").at(-1) ?? "");
}
