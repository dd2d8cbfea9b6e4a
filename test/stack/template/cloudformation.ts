/**
 * CloudFormation, as far as the channel's life concerns it: it walks the template's resources in an order that their
 * dependencies allow, asks the stack's function for custom resources, and changes or deletes the channel in MediaLive.
 */

import { randomBytes } from "node:crypto";
import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from "aws-lambda";
import type { Channels } from "../../../functions/channel/channels.ts";
import { serveStack } from "../../../functions/channel/stack/requests.ts";
import { evaluate } from "../../../local/template/intrinsics.ts";
import { Template } from "../../../local/template.ts";
import { MemoryChannels } from "../../doubles/channels-memory.ts";
import { TestClock } from "../../doubles/clock.ts";
import { type DeclaredResource, declared, dependenciesOf, text } from "./source.ts";

const STACK_ID = "arn:aws:cloudformation:us-east-1:123456789012:stack/shoal/8d3f6c10";
const CHANNEL_ID = "1234567";
const LAMBDA_LIMIT_MILLISECONDS = 900_000;

const DEFAULTS = Object.fromEntries(
  Object.entries(declared.Parameters).map(([name, parameter]) => [
    name,
    (parameter as { readonly Default?: unknown }).Default,
  ]),
);

type Parameters = Readonly<Record<string, string>>;

export class CloudFormation {
  readonly #clock = new TestClock();
  readonly #mediaLive = new MemoryChannels(this.#clock);
  readonly #order: readonly string[];
  readonly #physicalIds = new Map<string, string>();
  #parameters: Parameters = {};
  #existing: string[] = [];
  #failAt = Number.POSITIVE_INFINITY;
  calls = 0;
  asked = 0;
  answered = 0;
  secrets: Readonly<Record<string, string>> | undefined;
  /** What `GetAtt` gives of the custom resources that exist. */
  readonly #attributes: Record<string, string> = {};

  constructor(seed: number) {
    this.#order = orderOf(declared.Resources, seed);
  }

  /** The public keys that viewers are told now. */
  get publicKeys(): readonly string[] {
    return this.#attributes["SigningKeys.PublicKeys"]?.split(",") ?? [];
  }

  get parameters(): Parameters {
    return this.#parameters;
  }

  /** What exists now, in the order of its creation. */
  get resources(): readonly string[] {
    return this.#existing;
  }

  /** Makes the call to MediaLive of this number, counted from now, fail once. */
  failCall(call: number): void {
    this.#failAt = this.calls + call;
  }

  channelState(): Promise<string> {
    return this.#mediaLive.state(CHANNEL_ID);
  }

  async goOnTheAir(): Promise<void> {
    await this.#mediaLive.start(CHANNEL_ID);
    await this.#clock.pass(600_000);
  }

  async create(): Promise<void> {
    for (const id of this.#order) {
      await this.#ask("Create", id, this.#parameters);
      if (id === "LiveChannel") this.#mediaLive.create(CHANNEL_ID, STACK_ID);
      this.#existing.push(id);
    }
  }

  /** Updates what the change reaches. Rolls back and throws when a custom resource fails. */
  async update(change: Parameters): Promise<void> {
    const before = this.#parameters;
    const after = { ...before, ...change };
    try {
      await this.#change(before, after);
      this.#parameters = after;
    } catch (error) {
      await this.#change(after, before);
      throw error;
    }
  }

  /** Deletes what is left. Throws, and keeps the rest, when a custom resource fails. */
  async delete(): Promise<void> {
    for (const id of this.#existing.toReversed()) {
      await this.#ask("Delete", id, this.#parameters);
      if (id === "LiveChannel") this.#mediaLive.delete();
      this.#existing = this.#existing.filter((each) => each !== id);
    }
  }

  async #change(before: Parameters, after: Parameters): Promise<void> {
    const [old, wanted] = [before, after].map((parameters) => new Template(text, { parameters }));
    for (const id of this.#order) {
      const properties = [old, wanted].map((template) => JSON.stringify(propertiesOf(template, id)));
      if (properties[0] === properties[1]) continue;
      await this.#ask("Update", id, after);
      // MediaLive refuses a new key for the input of a running channel, too.
      if (id === "LiveChannel" || id === "LiveInput") this.#mediaLive.update();
    }
  }

  /** Asks the stack's function, if the resource is a custom one. Throws when it answers that it failed. */
  async #ask(requestType: "Create" | "Update" | "Delete", id: string, parameters: Parameters): Promise<void> {
    const resource = declared.Resources[id];
    if (!resource?.Type.startsWith("Custom::")) return;
    this.asked += 1;
    const event = {
      RequestType: requestType,
      RequestId: `request-${this.asked}`,
      StackId: STACK_ID,
      LogicalResourceId: id,
      PhysicalResourceId: this.#physicalIds.get(id) ?? id,
      ResourceType: resource.Type,
      ResourceProperties: evaluate(resource.Properties, {
        refs: { ...DEFAULTS, ...parameters },
        attributes: this.#attributes,
        mappings: {},
        conditions: {},
      }),
    } as unknown as CloudFormationCustomResourceEvent; // all that the function reads
    const answers: CloudFormationCustomResourceResponse[] = [];
    const services = {
      channels: this.#failing(),
      clock: this.#clock,
      randomBytes,
      log: () => {},
      respond: async (_url: string, answer: CloudFormationCustomResourceResponse) => {
        answers.push(answer);
      },
    };
    await this.#clock.until(serveStack(event, LAMBDA_LIMIT_MILLISECONDS, services));
    const answer = answers[0];
    if (!answer) throw new Error(`${requestType} of ${id} was not answered`);
    this.answered += 1;
    if (answer.Status === "FAILED") throw new Error(answer.Reason);
    this.#physicalIds.set(id, answer.PhysicalResourceId);
    if (requestType === "Delete") return;
    if (resource.Type === "Custom::Secrets") this.secrets = answer.Data;
    for (const [name, value] of Object.entries(answer.Data ?? {})) this.#attributes[`${id}.${name}`] = value;
  }

  #failing(): Pick<Channels, "find" | "state" | "stop"> {
    const call = <Result>(request: (id: string) => Promise<Result>) => {
      return async (id: string): Promise<Result> => {
        this.calls += 1;
        if (this.calls === this.#failAt) throw new Error(`MediaLive fails at call ${this.calls}`);
        return request(id);
      };
    };
    const { find, state, stop } = this.#mediaLive;
    return { find: call(find), state: call(state), stop: call(stop) };
  }
}

function propertiesOf(template: Template | undefined, id: string): unknown {
  const condition = declared.Resources[id]?.Condition;
  // The channel doesn't depend on any resource with a condition.
  return condition ? undefined : template?.resource(id).properties.raw;
}

/** One of the orders that the dependencies allow, picked by the seed. */
function orderOf(resources: Readonly<Record<string, DeclaredResource>>, seed: number): string[] {
  const rank = new Map(Object.keys(resources).map((id) => [id, pseudoRandom(`${seed} ${id}`)]));
  const order: string[] = [];
  const waiting = new Set(Object.keys(resources));
  while (waiting.size > 0) {
    const ready = [...waiting].filter((id) =>
      dependenciesOf(resources[id] as DeclaredResource).every((each) => order.includes(each)),
    );
    const next = ready.toSorted((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0))[0];
    if (!next) throw new Error(`The template's resources depend on each other in a circle: ${[...waiting]}`);
    order.push(next);
    waiting.delete(next);
  }
  return order;
}

/** FNV-1a: spreads the names, differently for each seed. */
function pseudoRandom(text: string): number {
  let hash = 2_166_136_261;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return hash;
}
