// Lays an estimate out for a terminal.

import { type Item, total } from "./estimate.ts";

/** One line an item, the dear ones' weight to be seen at a glance, and the sum. */
export function table(items: readonly Item[]): string {
  const shown = items.filter(({ dollars }) => dollars > 0);
  const rows = shown.map(({ what, quantity, unit, dollars }) => [
    what,
    `${count(quantity)} ${unit}`,
    money(dollars),
  ]);
  const lines = [...rows, ["Total", "", money(total(items))]];
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  return lines
    .map(([what = "", amount = "", dollars = ""]) =>
      [what.padEnd(widths[0] ?? 0), amount.padStart(widths[1] ?? 0), dollars.padStart(widths[2] ?? 0)].join(
        "  ",
      ),
    )
    .join("\n");
}

function count(quantity: number): string {
  return quantity.toLocaleString("en", { maximumFractionDigits: quantity < 100 ? 1 : 0 });
}

/** Cents, or as many digits as it takes to see that something is charged at all. */
function money(dollars: number): string {
  return dollars < 0.01 && dollars > 0 ? `$${dollars.toFixed(4)}` : `$${dollars.toFixed(2)}`;
}
