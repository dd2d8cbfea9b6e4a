/** Opens the table of counts with the first count, for a function that mostly does without. */
import type { Counters } from "./limits.ts";

/** Nine starts of the authorizer in ten load no SDK this way. */
export function lateCounters(table: string): Counters {
  let opened: Promise<Counters> | undefined;
  return {
    add: async (...count) => {
      opened ??= import("./counters-dynamodb.ts").then(({ openCounters }) => openCounters(table));
      return (await opened).add(...count);
    },
  };
}
