/** Where notices go: address and secret, a button that sends a test, and the last deliveries. */

import type { Delivery } from "../../functions/record/delivery.ts";
import type { WebhookState } from "../../functions/studio/webhook-state.ts";
import { ask } from "./api.ts";
import { deliveryWords } from "./delivery-words.ts";
import { element, field } from "./page.ts";
import { keepLooking } from "./polling.ts";
import type { Section } from "./section.ts";

export const webhookSection: Section = {
  id: "webhook",
  async open(_, { role }) {
    const tell = (error: Error) => say(error.message);
    const isOwner = role === "owner";
    field("webhook-address").readOnly = !isOwner;
    field("webhook-save").hidden = !isOwner;
    field<HTMLFormElement>("webhook-form").addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      if (isOwner) save().catch(tell);
    });
    field("webhook-test").addEventListener("click", () => void sendTest().catch(tell));
    const state = await ask<WebhookState>("GET", "webhook");
    field("webhook-address").value = state.address;
    show(state);
    keepLooking(async () => show(await ask<WebhookState>("GET", "webhook")), tell);
  },
};

async function save(): Promise<void> {
  const address = field("webhook-address").value;
  const state = await ask<Omit<WebhookState, "deliveries">>("PUT", "webhook", { address });
  showSecret(state);
  say(state.address === "" ? "Saved: no notices are sent." : "Saved. Send a test to see whether it arrives.");
}

async function sendTest(): Promise<void> {
  say("Sending");
  const delivery = await ask<Delivery>("POST", "webhook/test");
  say(deliveryWords(delivery, Date.now()));
  show(await ask<WebhookState>("GET", "webhook"));
}

function show({ deliveries, ...state }: WebhookState): void {
  showSecret(state);
  const items = deliveries.map((delivery) => {
    const { at, text } = delivery.event;
    const when = element("time", { dateTime: new Date(at).toISOString() }, [new Date(at).toLocaleString()]);
    return element("li", { className: delivery.state }, [
      when,
      ` ${text} `,
      element("span", { className: "quiet" }, [deliveryWords(delivery, Date.now())]),
    ]);
  });
  field("deliveries").replaceChildren(...(items.length > 0 ? items : [element("li", {}, ["None yet."])]));
}

function showSecret({ address, secret }: Omit<WebhookState, "deliveries">): void {
  field("webhook-secret-line").hidden = secret === null;
  field("webhook-secret").textContent = secret ?? "";
  field("webhook-test").hidden = address === "";
}

function say(word: string): void {
  field("webhook-word").textContent = word;
}
