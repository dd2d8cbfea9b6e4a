/** Mappings are whole: every row has the same entries, and what names a row names one that is there. */

import type { Json } from "../identity.ts";
import type { Rule } from "../rule.ts";

export const mappingRules: Readonly<Record<string, Rule>> = {
  *"the rows of a mapping have the same entries, and name rows that are there"({ stack }) {
    const mappings = Object.entries(stack.declared.Mappings) as [string, Readonly<Record<string, Json>>][];
    const keysOf = mappings.map(([, rows]) => Object.keys(rows));
    for (const [mapping, rows] of mappings) {
      const columns = [...new Set(Object.values(rows).flatMap((row) => Object.keys(row)))];
      for (const column of columns) {
        const values = Object.entries(rows).map(([row, entries]) => [row, entries[column]] as const);
        for (const [row, value] of values)
          if (value === undefined) yield `${mapping} has no ${column} for ${row}`;
        const named = values.map(([, value]) => String(value));
        // The mapping whose rows this column names most often, if it names any.
        const known = (keys: readonly string[]) => named.filter((value) => keys.includes(value)).length;
        const [keys = []] = keysOf.toSorted((one, other) => known(other) - known(one));
        if (known(keys) === 0) continue;
        for (const [row, value] of values)
          if (!keys.includes(String(value))) yield `${mapping} names ${value} for ${row}, which is no row`;
      }
    }
  },
};
