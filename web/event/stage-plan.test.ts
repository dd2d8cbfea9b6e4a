import { describe, expect, test } from "vitest";
import { parseDetails } from "../../functions/record/event-details.ts";
import type { EventNow } from "../../functions/site/event-now.ts";
import { planStage, type StageNow } from "./stage-plan.ts";

const SINCE = 1_000_000;
const details = parseDetails({ title: "A concert", address: "https://live.example.com/" });
const event = (standing: EventNow["standing"], since: number | null = SINCE): EventNow => ({
  details,
  standing,
  since,
  ink: null,
  now: SINCE,
});
const stage = (more: Partial<StageNow> = {}): StageNow => ({
  now: SINCE + 60_000,
  isPlaying: true,
  cover: null,
  delaySeconds: 8,
  ...more,
});

test("without an event, or while nobody has told anything, there is the player alone", () => {
  const alone = { isPlaying: true, cover: null, againInMs: null };
  expect(planStage({ ...event("waiting"), details: null }, stage())).toEqual(alone);
  expect(planStage(event(null), stage({ isPlaying: false }))).toEqual(alone);
});

test("a page that waits opens the player at once, under what covers the stage", () => {
  const waiting = stage({ isPlaying: false, cover: "waiting", now: SINCE });
  expect(planStage(event("waiting"), waiting)).toEqual({
    isPlaying: false,
    cover: "waiting",
    againInMs: null,
  });
  expect(planStage(event("live"), waiting)).toEqual({ isPlaying: true, cover: "waiting", againInMs: null });
});

describe("what the channel tells is due on the screen when the viewer's delay has passed", () => {
  test.each([
    ["back-soon", 8_000],
    ["waiting", 8_000],
    ["ended", 12_000],
  ] as const)("%s", (standing, due) => {
    const early = stage({ now: SINCE + 1_000 });
    expect(planStage(event(standing), early)).toEqual({
      isPlaying: true,
      cover: null,
      againInMs: due - 1_000,
    });
    const late = planStage(event(standing), stage({ now: SINCE + due }));
    expect(late).toEqual({ isPlaying: standing === "back-soon", cover: standing, againInMs: null });
  });
  test("the return of the picture", () => {
    const covered = stage({ cover: "back-soon", now: SINCE + 1_000 });
    expect(planStage(event("live"), covered)).toEqual({
      isPlaying: true,
      cover: "back-soon",
      againInMs: 7_000,
    });
    expect(planStage(event("live"), stage({ cover: "back-soon" }))).toMatchObject({ cover: null });
  });
  test("what stands since nobody knows when is due", () => {
    expect(planStage(event("ended", null), stage())).toMatchObject({ cover: "ended" });
  });
});
