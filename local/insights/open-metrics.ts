/** Writes the figures of a minute as OpenMetrics, for Prometheus and its like (https://openmetrics.io). */

import { METRICS } from "../../functions/insights/metrics.ts";
import type { Row } from "../../functions/insights/rows.ts";

/** What isn't known is left out. */
export function openMetrics(row: Row | null): string {
  const lines = (row === null ? [] : METRICS).flatMap(({ name, help, value }) => {
    const found = row && value(row);
    if (found === null) return [];
    return [`# TYPE shoal_${name} gauge`, `# HELP shoal_${name} ${help}`, `shoal_${name} ${found}`];
  });
  return [...lines, "# EOF", ""].join("\n");
}
