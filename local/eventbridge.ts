/** EventBridge on this machine: gives an event to the functions whose rules in the template match it, in order. */

import type { Lambda } from "./lambda.ts";
import type { Template } from "./template.ts";

type Json = Readonly<Record<string, unknown>>;

export class EventBridge {
  readonly #rules: readonly { readonly functionId: string; readonly pattern: Json }[];
  readonly #lambda: Pick<Lambda, "invoke">;
  #delivered: Promise<unknown> = Promise.resolve();

  constructor(template: Template, lambda: Pick<Lambda, "invoke">) {
    this.#lambda = lambda;
    this.#rules = template.resourcesOf("AWS::Serverless::Function").flatMap(({ id, properties }) =>
      properties
        .at("Events")
        .entries()
        .filter(([, event]) => event.at("Type").text() === "EventBridgeRule")
        .map(([, event]) => ({ functionId: id, pattern: event.at("Properties", "Pattern").raw as Json })),
    );
  }

  /** Resolves once the functions have run. The real one promises no order; here it is kept, so that tests can rely on it. */
  put(event: Json): Promise<unknown> {
    for (const { functionId, pattern } of this.#rules) {
      if (!meets(pattern, event)) continue;
      // A failure is in the function's log.
      this.#delivered = this.#delivered.then(() => this.#lambda.invoke(functionId, event)).catch(() => {});
    }
    return this.#delivered;
  }
}

/**
 * Each member of a pattern is a pattern for the event's member, or lists the values that it may have.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
function meets(pattern: Json, event: Json): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    const value = event[name];
    if (Array.isArray(wanted)) return wanted.includes(value);
    return typeof value === "object" && value !== null && meets(wanted as Json, value as Json);
  });
}
