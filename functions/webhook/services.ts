/** How far a deployment's webhooks reach, from its environment. */

import { requiredVariable } from "../aws/environment.ts";
import type { Reach } from "./address.ts";
import type { DeliveryServices } from "./deliver.ts";
import { sendWithin } from "./send.ts";

/** Any word but `allowed` keeps webhooks to public addresses. */
export function webhookServices(
  environment: NodeJS.ProcessEnv,
): Pick<DeliveryServices, "send" | "chance"> & { readonly reach: Reach } {
  const reach = { isPrivateAllowed: requiredVariable(environment, "PRIVATE_WEBHOOKS") === "allowed" };
  return { reach, send: sendWithin(reach), chance: Math.random };
}
