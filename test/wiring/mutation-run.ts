/** Makes each mutation of the template, and tells which of the wiring's rules noticed it. */

import type { CodeByFile } from "./code.ts";
import { type Mutation, mutationsOf } from "./mutations.ts";
import type { Declared } from "./sam.ts";
import { Stack } from "./stack.ts";
import { complaintsAbout, SETTINGS } from "./wiring.ts";

export interface Outcome {
  readonly mutation: Mutation;
  /** The rule that noticed it; nothing if it survived. */
  readonly killedBy: string | undefined;
}

/** Tries every mutation, or every `step`th. */
export function tryMutations(declared: Declared, code: CodeByFile, step = 1): Outcome[] {
  return mutationsOf(declared)
    .filter((_, index) => index % step === 0)
    .map((mutation) => ({
      mutation,
      killedBy: complaintsAbout(mutation.apply(declared), code, true)[0]?.rule,
    }));
}

/** The resources that a mutation changes, with everything that parameters add, as requests to AWS will name them. */
export function changedResources(declared: Declared, mutation: Mutation): object[] {
  const mutated = mutation.apply(declared);
  return Object.values(SETTINGS).flatMap((options) => {
    const before = new Map(new Stack(declared, options).resources.map((each) => [each.id, each]));
    return new Stack(mutated, options).resources
      .filter(({ id, type, properties }) => {
        const same = JSON.stringify(before.get(id)?.properties) === JSON.stringify(properties);
        return !type.startsWith("Custom::") && !same;
      })
      .map(({ id, type, properties }) => ({ id, type, properties }));
  });
}
