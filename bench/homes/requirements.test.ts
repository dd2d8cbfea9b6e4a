import { expect, it } from "vitest";
import { type Machine, missingRequirement } from "./requirements.ts";

const fit: Machine = { platform: "linux", userId: 0, has: () => true, whyNoNamespaces: () => null };

it("names the tools that are missing, and their packages", () => {
  const missing = missingRequirement({ ...fit, has: (tool) => tool === "ip" || tool === "cc" });
  expect(missing).toMatch(/needs nft, ethtool, ping; .*apt-get install nftables ethtool iputils-ping$/);
});

it("says that it needs Linux, and root", () => {
  expect(missingRequirement({ ...fit, platform: "darwin" })).toMatch(/Linux/);
  expect(missingRequirement({ ...fit, userId: 1000 })).toMatch(/root/);
});

it("says why a container's root can't make namespaces", () => {
  const refused = { ...fit, whyNoNamespaces: () => "mount --make-shared /run/netns failed" };
  expect(missingRequirement(refused)).toMatch(/doesn't allow: mount --make-shared .* failed$/);
});

it("doesn't try to make namespaces before it knows that it has the tools", () => {
  const bare: Machine = {
    ...fit,
    has: () => false,
    whyNoNamespaces: () => {
      throw new Error("There is no ip");
    },
  };
  expect(missingRequirement(bare)).toMatch(/apt-get install/);
});

it("is content with root, all tools and namespaces", () => {
  expect(missingRequirement(fit)).toBeNull();
});
