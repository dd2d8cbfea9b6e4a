import { expect, test, vi } from "vitest";
import { FakeMedia } from "../../../test/doubles/media.ts";
import type { EngineOptions } from "../../engine/engine.ts";
import { SegmentScheduler } from "../../sharing/scheduler.ts";
import { firstFrameShown } from "./first-frame.ts";
import { Membership } from "./membership.ts";
import type { PlayerAdapter } from "./player-adapter.ts";

vi.mock("../../engine/engine.ts", () => ({ Engine: class {} }));

function join(membership: Membership, media: FakeMedia, options: () => EngineOptions): Promise<void> {
  const player: PlayerAdapter = {
    media: () => media.element,
    renditions: () => [],
    play: () => {},
    requestAddress: (address) => address,
  };
  const ready = (leaving: AbortSignal) => firstFrameShown(media.element, leaving);
  return membership.join(player, new SegmentScheduler("ann", () => 0.5), options, ready);
}

test("join() rejects if the engine can't be started, unless the viewer has left", async () => {
  const membership = new Membership();
  const media = new FakeMedia();
  const failing = join(membership, media, () => {
    throw new Error("no engine");
  });
  media.emit("playing");
  await expect(failing).rejects.toThrow("no engine");
  const leaving = join(membership, media, () => {
    membership.leave();
    throw new Error("no engine");
  });
  media.emit("playing");
  await expect(leaving).resolves.toBeUndefined();
  expect(membership.engine).toBeNull();
});

test("a viewer who leaves before the first frame loads no engine", async () => {
  const membership = new Membership();
  const options = vi.fn();
  const joining = join(membership, new FakeMedia(), options);
  expect(membership.hasJoined).toBe(true);
  membership.leave();
  await joining;
  expect(options).not.toHaveBeenCalled();
  expect(membership.hasJoined).toBe(false);
});
