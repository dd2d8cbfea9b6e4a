/** Checks that everything the player shows is inside the viewport, and that the page doesn't scroll. */

import { expect } from "vitest";
import type { Viewer } from "./viewer.ts";

const outer = "media-control-bar > *:visible, #rewind:visible > *, #panel:visible, #unmute:visible";
// The panel scrolls, but only vertically.
const inPanel = "#panel :visible:is(button, label, dd)";

export async function expectNothingToStickOut(
  { page }: Viewer,
  { width, height }: { width: number; height: number },
): Promise<void> {
  expect(
    await page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"),
  ).toEqual([width, height]);
  for (const [selector, bottom] of [
    [outer, height],
    [inPanel, Number.POSITIVE_INFINITY],
  ] as const) {
    for (const box of await page.locator(selector).all()) {
      const bounds = await box.boundingBox();
      if (!bounds) continue;
      const element = await box.evaluate(({ outerHTML }: { outerHTML: string }) => outerHTML);
      expect(bounds.x, element).toBeGreaterThanOrEqual(0);
      expect(bounds.x + bounds.width, element).toBeLessThanOrEqual(width);
      expect(bounds.y + bounds.height, element).toBeLessThanOrEqual(bottom);
    }
  }
}
