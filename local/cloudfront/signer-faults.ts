/** Makes the signer's answers wrong, or slow, for tests. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Origin } from "./origin.ts";

export type SignerFault = "wrong" | "slow";

/** Longer than a segment is of use. */
const SLOW_MILLISECONDS = 5_000;

/** The bytes of a trailer beside its metadata: functions/signer/trailer.ts. */
const DIGEST_AND_AFTER_BYTES = 32 + 64 + 3;

export class SignerFaults {
  readonly #faults = new Set<SignerFault>();

  begin(fault: SignerFault): void {
    this.#faults.add(fault);
  }

  end(fault: SignerFault): void {
    this.#faults.delete(fault);
  }

  /** The origin, with the faults that hold when it is asked. */
  over(origin: Origin): Origin {
    return async (request) => {
      if (this.#faults.has("slow")) await sleep(SLOW_MILLISECONDS);
      const answer = await origin(request);
      if (!this.#faults.has("wrong") || answer.statusCode !== 200) return answer;
      return { ...answer, body: withOtherDigests(answer.body) };
    };
  }
}

/** Changes the digest in every trailer, so that each still reads well, and none verifies. */
function withOtherDigests(document: Buffer): Buffer {
  const changed = Buffer.from(document);
  let end = changed.length;
  while (end > 0) {
    const digest = end - DIGEST_AND_AFTER_BYTES;
    changed[digest] = (changed[digest] ?? 0) ^ 0xff;
    end = digest - changed.readUInt16BE(end - 3);
  }
  return changed;
}
