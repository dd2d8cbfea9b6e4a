/** Faults for tests: each breaks one part for everybody, until it is ended. */

import type { SignerFault, SignerFaults } from "../cloudfront/signer-faults.ts";
import type { CloudFront } from "../cloudfront.ts";
import type { Backend } from "./backend.ts";

/** A part that can be made to fail, and to work again. */
interface Fault {
  begin(): Promise<void>;
  end(): Promise<void>;
}

export interface Faults {
  readonly database: Fault;
  readonly tracker: Fault;
  /** The stream only; pages stay available. */
  readonly cdn: Fault;
  /** No signatures; such as don't verify; or each only after 5 s. */
  readonly signer: Readonly<Record<"down" | SignerFault, Fault>>;
}

export function faultsOf(
  { dynamoDb }: Pick<Backend, "dynamoDb">,
  cloudfront: CloudFront,
  signerFaults: SignerFaults,
): Faults {
  const cut = (originId: string): Fault => ({
    begin: async () => cloudfront.cutOff(originId),
    end: async () => cloudfront.restore(originId),
  });
  const spoil = (fault: SignerFault): Fault => ({
    begin: async () => signerFaults.begin(fault),
    end: async () => signerFaults.end(fault),
  });
  return {
    database: { begin: () => dynamoDb.goAway(), end: () => dynamoDb.comeBack() },
    tracker: cut("tracker"),
    cdn: cut("media"),
    signer: { down: cut("signer"), wrong: spoil("wrong"), slow: spoil("slow") },
  };
}
