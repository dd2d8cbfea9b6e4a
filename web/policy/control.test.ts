import { expect, test } from "vitest";
import { isControl as isControlAtBorder, shareOf } from "../../functions/insights/viewer-share.ts";
import { viewerId } from "../../test/doubles/reports.ts";
import { isControl } from "./control.ts";

const shares = Array.from({ length: 2_000 }, (_, index) => (index + 0.5) / 2_000);

test("the control group is this part of the viewers, whatever their share, and the border agrees", () => {
  for (const control of [0, 0.02, 0.5, 1]) {
    const ids = shares.map((each, index) => viewerId(((index * 7) % 2_000) / 2_000, each));
    const found = ids.filter((viewer) => isControl(viewer, control));
    expect(Math.abs(found.length / 2_000 - control)).toBeLessThan(0.001);
    expect(ids.filter((viewer) => isControlAtBorder(viewer, control))).toEqual(found);
  }
});

test("ids with all characters of Base64url are known", () => {
  expect(isControl("k3Jx0-_-_Z", 0.99)).toBe(isControlAtBorder("k3Jx0-_-_Z", 0.99));
  expect(shareOf("k3Jx0-_-_Z")).toBe(shareOf("k3Jx0AAAAA"));
});
