/** What a person chose, and what is different on one machine, as the template's parameters and functions take it. */

import { isOwnLadder } from "../medialive/own-ladder.ts";
import type { StartOptions } from "../options.ts";

type Choices = Partial<Pick<StartOptions, "ladder" | "channelClass" | "ingest" | "sharing" | "isPrivate">> & {
  /** As functions/tickets/password.ts makes it. */
  readonly passwordHash?: string | undefined;
};

/** What wasn't chosen is left out: the template's defaults hold. So is a ladder that is written out: the encoder takes it. */
export function parametersFor({
  ladder,
  channelClass,
  ingest,
  sharing,
  isPrivate,
  passwordHash,
}: Choices): Record<string, string> {
  const chosen = {
    Ladder: ladder && !isOwnLadder(ladder) ? ladder : undefined,
    ChannelClass: channelClass,
    Ingest: ingest,
    SharingConsent: sharing?.consent,
    SharingAbove: sharing?.above,
    SharingReach: sharing?.reach,
    Access: isPrivate ? "private" : undefined,
    PasswordHash: passwordHash,
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
    // A channel on this machine costs nothing, and receivers of notices are tried out here.
    StudioFunction: { LADDER: "", PRIVATE_WEBHOOKS: "allowed" },
    ChannelHealthFunction: {
      PRIVATE_WEBHOOKS: "allowed",
      INPUT_METRICS: "measured",
      // What would be sent by e-mail is printed.
      NOTICES_TOPIC: "arn:aws:sns:us-east-1:000000000000:notices",
    },
    TrackerFunction: {
      LOOPBACK_CANDIDATES: "allowed",
      // Without the secret that names its swarms, the tracker serves any.
      ...(isOpenTracker && { SWARM_SECRET: "" }),
    },
    // Without a table to count them in, connections have no limit.
    TrackerAuthorizerFunction: { PAGE_ORIGINS: "*", ...(isOpenTracker && { SEATS_TABLE: "" }) },
  };
}
