/** Turns the stream key, for owners: at once while the channel is idle, else by a stop and a start of the channel. */

import { planKeyTurn } from "../record/plans.ts";
import { liveNow } from "./live.ts";
import { Refusal } from "./request.ts";
import { forOwners, type Routes } from "./route.ts";

export const KEY: Routes = forOwners({
  "POST key": async (_, session, services) => {
    const { channel, table, now } = services;
    if ((await channel.ingest()).streamKey === null)
      throw new Refusal(
        409,
        "SRT has no stream key. Deploy with another SrtPassphraseVersion for another passphrase.",
      );
    const isOff = ["IDLE", "STOPPING"].includes(await channel.state());
    await planKeyTurn(table, { thenStart: !isOff }, now());
    // Answers with how it stands after the first step.
    return { status: 202, body: await liveNow(session, services) };
  },
});
