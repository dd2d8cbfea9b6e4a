/** What a deployment lets its viewers share, and what it wants them told. */

import type { Config } from "../../functions/site/config.ts";
import type { SharingMode } from "./allowance.ts";

type Consent = Config["sharing"]["consent"];
export type Reach = Config["sharing"]["reach"];

export interface Policy {
  /** The most that viewers share. */
  readonly mode: SharingMode;
  /** The share of viewers who may share at all, 0 to 1. */
  readonly ramp: number;
  /** `implied`: viewers share without a word. `notice`: they are told first. `ask`: they agree first. */
  readonly consent: Consent;
  /** Nobody shares in a swarm of fewer viewers. */
  readonly above: number;
  /** The part of those who would share that is the control group, 0 to 1. */
  readonly control: number;
  /** Which viewers may meet. The tracker enforces it; here it is only told. */
  readonly reach: Reach;
}

/** A policy as pages may write it down. */
export type PartialPolicy = Pick<Policy, "mode" | "ramp"> & Partial<Policy>;

const DEFAULTS = { consent: "implied", above: 0, control: 0, reach: "world" } as const;

const CONSENTS: readonly Consent[] = ["implied", "notice", "ask"];
const REACHES: readonly Reach[] = ["world", "network", "lan"];

export function wholePolicy(policy: PartialPolicy): Policy {
  return { ...DEFAULTS, ...policy };
}

/**
 * Reads the policy in a deployment's configuration, which may be older or newer than this player. Older ones don't say
 * whether viewers are asked: they aren't. A word that is new here counts as the most careful one.
 */
export function readPolicy({ mode, ramp, ...sharing }: PartialPolicy): Policy {
  const { consent, above, control, reach } = wholePolicy({ mode, ramp, ...sharing });
  return {
    mode,
    ramp,
    consent: CONSENTS.includes(consent) ? consent : "ask",
    above: Number.isFinite(above) ? above : Number.POSITIVE_INFINITY,
    control,
    reach: REACHES.includes(reach) ? reach : "world",
  };
}
