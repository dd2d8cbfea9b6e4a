/** Where notices go: the webhook's address and secret, a test, and the last deliveries. */

import type { Delivery } from "../record/delivery.ts";
import type { ShowEvent } from "../record/show.ts";
import { lastDeliveries, readWebhook, writeWebhook } from "../record/webhook.ts";
import { AddressError, parseAddress } from "../webhook/address.ts";
import { deliverNow } from "../webhook/deliver.ts";
import { newSecret } from "../webhook/signature.ts";
import { Refusal } from "./request.ts";
import { forOwners, type Routes, textIn } from "./route.ts";
import type { WebhookState } from "./webhook-state.ts";

export const WEBHOOK: Routes = {
  "GET webhook": async (_, { role }, { table, now }) => {
    const [webhook, deliveries] = await Promise.all([readWebhook(table), lastDeliveries(table, now())]);
    const state: WebhookState = {
      address: webhook?.address ?? "",
      secret: webhook && role === "owner" ? webhook.secret : null,
      deliveries,
    };
    return { status: 200, body: state };
  },
  "POST webhook/test": async (_, __, { table, now, webhook }) => {
    const event: ShowEvent = {
      at: now() * 1000,
      kind: "test",
      severity: "info",
      text: "This is a test: notices of the stream arrive here.",
    };
    const delivery: Delivery | null = await deliverNow({ ...webhook, table }, event, event.at);
    if (!delivery) throw new Refusal(409, "There is no webhook yet, or a test has just been sent.");
    return { status: 201, body: delivery };
  },
  ...forOwners({
    // An empty address takes the webhook away. Another keeps the secret: who has it may move their receiver.
    "PUT webhook": async ({ body }, _, { table, webhook }) => {
      const address = textIn(body, "address").trim();
      const before = await readWebhook(table);
      const after =
        address === "" ? null : { address: parsed(address), secret: before?.secret ?? newSecret() };
      await writeWebhook(table, after);
      return { status: 200, body: { address, secret: after?.secret ?? null } };

      function parsed(text: string): string {
        try {
          return parseAddress(text, webhook.reach).href;
        } catch (error) {
          if (error instanceof AddressError) throw new Refusal(400, error.message);
          throw error;
        }
      }
    },
  }),
};
