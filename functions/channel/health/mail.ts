/** Writes the e-mail about what viewers see: what has begun and what is over, and only so many while the channel is on the air. */

import type { Finding, ShowEvent } from "../../record/show.ts";

export interface Mail {
  readonly subject: string;
  readonly message: string;
}

export interface Severe {
  readonly finding: Finding;
  readonly event: ShowEvent;
}

/**
 * A fault that comes and goes would fill a mailbox by the minute. Who has had so many looks into the studio; the channel's
 * next time on the air begins anew.
 */
const MOST_MAILS = 10;

/** Null for nothing to tell. `mailed` is how many there have been since the channel started. */
export function mailOf(begun: readonly Severe[], over: readonly Severe[], mailed: number): Mail | null {
  const [first, ...others] = [...begun, ...over];
  if (!first || mailed >= MOST_MAILS) return null;
  const words = first.finding.kind.replaceAll("-", " ");
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return {
    // SNS takes a line of at most 100 characters.
    subject: `Shoal: ${begun.length === 0 ? "over: " : ""}${words}${more}`,
    message: [
      ...begun.map(({ finding: { recommended, inObs }, event }) =>
        [event.text, `Recommended: ${recommended}`, ...(inObs === "" ? [] : [`In OBS: ${inObs}`])].join("\n"),
      ),
      ...over.map(({ event }) => event.text),
      ...(mailed === MOST_MAILS - 1
        ? [
            "This is the last e-mail until the channel is started again. The studio has all of it, in its timeline.",
          ]
        : []),
    ].join("\n\n"),
  };
}
