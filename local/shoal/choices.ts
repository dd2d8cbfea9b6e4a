/** What a person chose, and what is different on one machine, as the template's parameters and functions take it. */

import { isOwnLadder } from "../medialive/own-ladder.ts";
import type { StartOptions } from "../options.ts";

type Choices = Partial<Pick<StartOptions, "ladder" | "channelClass">>;

/** A ladder that is written out isn't the template's: the encoder takes it. */
export function parametersFor({ ladder, channelClass }: Choices): Record<string, string> {
  return {
    ...(ladder && !isOwnLadder(ladder) ? { Ladder: ladder } : {}),
    ...(channelClass ? { ChannelClass: channelClass } : {}),
  };
}

/**
 * Viewers in one network need no STUN server, and an unreachable one delays each connection by seconds, so there is none
 * unless one is asked for. And this machine has more names than an origin check could list.
 */
export function environmentsFor({ stunServers = "" }: { readonly stunServers?: string | undefined }) {
  return {
    SiteFunction: { STUN_SERVERS: stunServers },
    TrackerAuthorizerFunction: { PAGE_ORIGINS: "*" },
  };
}
