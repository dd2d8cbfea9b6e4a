/** Writes the figures of a minute as OpenMetrics, for Prometheus and its like (https://openmetrics.io). */

import { METRICS } from "../../functions/insights/metrics.ts";
import type { Row } from "../../functions/insights/rows.ts";

/** What isn't known is left out. `ramp` is the part of the viewers whom SharingGuard lets share. */
export function openMetrics(row: Row | null, ramp: number): string {
  const lines = (row === null ? [] : METRICS).flatMap(({ name, help, value }) => {
    const found = row && value(row);
    if (found === null) return [];
    return [`# TYPE shoal_${name} gauge`, `# HELP shoal_${name} ${help}`, `shoal_${name} ${found}`];
  });
  const guard = ["# TYPE shoal_sharing_ramp gauge", `shoal_sharing_ramp ${ramp}`];
  return [...lines, ...guard, "# EOF", ""].join("\n");
}
