/** Sees that what the player shows lies on the screen, and makes no page that scrolls. */

import { expect } from "vitest";
import type { Viewer } from "./viewer.ts";

const outer = "media-control-bar > *:visible, #rewind:visible > *, #panel:visible, #sound:visible";
// The panel scrolls, but only up and down.
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
      const place = await box.boundingBox();
      if (!place) continue;
      const what = await box.evaluate((element: { outerHTML: string }) => element.outerHTML);
      expect(place.x, what).toBeGreaterThanOrEqual(0);
      expect(place.x + place.width, what).toBeLessThanOrEqual(width);
      expect(place.y + place.height, what).toBeLessThanOrEqual(bottom);
    }
  }
}
