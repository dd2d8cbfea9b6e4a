/** What a person chose, and what is different on one machine, as the template's parameters and functions take it. */

import { isOwnLadder } from "../medialive/own-ladder.ts";
import type { StartOptions } from "../options.ts";

type Choices = Partial<Pick<StartOptions, "ladder" | "channelClass" | "sharing">>;

/** What wasn't chosen is left out: the template's defaults hold. So is a ladder that is written out: the encoder takes it. */
export function parametersFor({ ladder, channelClass, sharing }: Choices): Record<string, string> {
  const chosen = {
    Ladder: ladder && !isOwnLadder(ladder) ? ladder : undefined,
    ChannelClass: channelClass,
    SharingConsent: sharing?.consent,
    SharingAbove: sharing?.above,
    SharingReach: sharing?.reach,
  };
  return Object.fromEntries(
    Object.entries(chosen).flatMap(([name, value]) => (value === undefined ? [] : [[name, `${value}`]])),
  );
}

/**
 * Viewers in one network need no STUN server, and an unreachable one delays each connection by seconds, so there is none
 * unless one is asked for. This machine has more names than an origin check could list. And without a network, its viewers
 * have no address but the loopback.
 */
export function environmentsFor({
  stunServers = "",
  isOpenTracker = false,
}: {
  readonly stunServers?: string | undefined;
  readonly isOpenTracker?: boolean;
}) {
  return {
    SiteFunction: { STUN_SERVERS: stunServers },
    TrackerFunction: {
      LOOPBACK_CANDIDATES: "allowed",
      // Without the secret that names its swarms, the tracker serves any.
      ...(isOpenTracker && { SWARM_SECRET: "" }),
    },
    TrackerAuthorizerFunction: { PAGE_ORIGINS: "*" },
  };
}
