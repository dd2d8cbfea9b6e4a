/** Writes the figures of a minute as OpenMetrics, for Prometheus and its like (https://openmetrics.io). */

import { METRICS } from "../../functions/insights/metrics.ts";
import type { Row } from "../../functions/insights/rows.ts";

/** What isn't known is left out. `sharingRamp` is the part of the viewers whom SharingGuard lets share. */
export function openMetrics(row: Row | null, sharingRamp: number): string {
  const lines = METRICS.flatMap(({ name, help, value }) => {
    const found = row && value(row, sharingRamp);
    if (found === null) return [];
    return [`# TYPE shoal_${name} gauge`, `# HELP shoal_${name} ${help}`, `shoal_${name} ${found}`];
  });
  return [...lines, "# EOF", ""].join("\n");
}
