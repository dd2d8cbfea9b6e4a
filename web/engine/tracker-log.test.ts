import { expect, test } from "vitest";
import { TrackerLog } from "./tracker-log.ts";

test("the newest fifty words of the tracker are kept", () => {
  const log = new TrackerLog();
  for (let viewers = 1; viewers <= 60; viewers++)
    log.add({ stream: "main", rendition: "a", viewers, refusal: null });
  expect(log.words).toHaveLength(50);
  expect(log.words.at(0)).toMatchObject({ viewers: 11, at: expect.any(Number) });
  expect(log.words.at(-1)).toMatchObject({ viewers: 60 });
});
