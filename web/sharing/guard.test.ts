import { beforeEach, describe, expect, test } from "vitest";
import { segmentsFrom } from "../../test/doubles/stream.ts";
import { type GuardSituation, SharingGuard } from "./guard.ts";

const STEP_SECONDS = 0.25;
const MINUTE = 60;

/**
 * A viewer of 2 s segments of 1.5 Mbit/s, with the guard that watches it. The live edge is 6 s ahead of the playhead at
 * first, and a segment is listed every 2 s.
 */
class GuardedViewer {
  readonly guard = new SharingGuard();
  now = 0;
  position = 0;
  /** How many segments it holds; null for all that are listed, at once. */
  heldSegments: number | null = null;
  /** Changes what the guard is told. */
  told: Partial<GuardSituation> = {};
  /** Nothing comes from the CDN, not even playlists. */
  isCdnAway = false;

  get level() {
    return this.guard.level(this.now);
  }

  get listedSegments(): number {
    return 3 + Math.floor(this.now / 2);
  }

  get playlist() {
    const first = Math.max(0, this.listedSegments - 20);
    return segmentsFrom(first, this.listedSegments - first);
  }

  get bufferSeconds(): number {
    return Math.max(0, (this.heldSegments ?? this.listedSegments) * 2 - this.position);
  }

  /** Plays while there is a buffer, and waits when there is none. */
  pass(seconds: number): this {
    const end = this.now + seconds - STEP_SECONDS / 2;
    for (; this.now < end; this.now += STEP_SECONDS) {
      if (!this.isCdnAway) this.guard.listed(this.playlist, this.now);
      const { bufferSeconds } = this;
      const isPlaying = bufferSeconds > 0.1;
      this.guard.review({
        now: this.now,
        positionSeconds: isPlaying ? this.position : null,
        bufferSeconds,
        segmentSeconds: 2,
        peerCount: 5,
        shares: true,
        fetchSeconds: 0.3,
        cdnBitsPerSecond: 10e6,
        streamBitsPerSecond: 1.5e6,
        fetchDoneAt: 0,
        isFetchLate: false,
        fetchFailedAt: -1,
        ...this.told,
      });
      if (isPlaying) this.position += STEP_SECONDS;
    }
    return this;
  }

  /** Gets nothing more until the picture has been frozen for `seconds`, then everything. */
  freeze(seconds = 1): this {
    this.heldSegments = this.listedSegments;
    this.pass(this.bufferSeconds + seconds);
    this.heldSegments = null;
    return this.pass(2);
  }

  /** Jumps to the delay of the start, as players do when they have fallen behind. */
  catchUp(): this {
    this.position = this.now;
    return this.pass(3);
  }
}

const FAST_CDN: Partial<GuardSituation> = { fetchSeconds: 0.3 };
/** Too slow to fill a buffer by itself. */
const SLOW_CDN: Partial<GuardSituation> = { fetchSeconds: 1000 };

let viewer: GuardedViewer;

beforeEach(() => {
  viewer = new GuardedViewer().pass(25);
});

test("a viewer that gets its segments in time shares", () => {
  expect(viewer.pass(10 * MINUTE).level).toBe("none");
});

test("before the stream's shape is known, nothing is judged", () => {
  viewer.told = { segmentSeconds: 0 };
  expect(viewer.freeze().level).toBe("none");
});

describe("a freeze", () => {
  beforeEach(() => {
    viewer.told = FAST_CDN;
  });

  test("pauses sharing: first the viewer only takes", () => {
    expect(viewer.freeze().level).toBe("takes-only");
  });

  test("that the CDN alone would have had as well isn't sharing's fault", () => {
    viewer.told = SLOW_CDN;
    expect(viewer.freeze().level).toBe("none");
  });

  test("while a fetch takes longer than planned isn't either", () => {
    viewer.told = { isFetchLate: true };
    expect(viewer.freeze().level).toBe("none");
  });

  test("while only taking ends that as well", () => {
    expect(viewer.freeze().freeze().level).toBe("cdn-only");
  });

  test("counts once however long it lasts", () => {
    expect(viewer.freeze(9).level).toBe("takes-only");
  });

  test("takes a viewer that serves nobody anyhow straight to the CDN", () => {
    viewer.told = { ...FAST_CDN, shares: false };
    expect(viewer.freeze().level).toBe("cdn-only");
  });

  test("of a viewer without peers isn't sharing's fault", () => {
    viewer.told = { ...FAST_CDN, peerCount: 0 };
    expect(viewer.pass(10).freeze().level).toBe("none");
  });

  test("soon after the last peer left is sharing's fault", () => {
    viewer.heldSegments = viewer.listedSegments;
    viewer.told = { ...FAST_CDN, peerCount: 0 };
    expect(viewer.pass(8).level).toBe("takes-only");
  });
});

describe("no freeze is", () => {
  beforeEach(() => {
    viewer.told = FAST_CDN;
  });

  test("a pause by the viewer", () => {
    viewer.told = { ...FAST_CDN, positionSeconds: viewer.position };
    viewer.pass(5);
    viewer.told = { ...FAST_CDN, positionSeconds: null, bufferSeconds: 0 };
    expect(viewer.pass(5).level).toBe("none");
  });

  test("a seek", () => {
    viewer.told = { ...FAST_CDN, positionSeconds: null, bufferSeconds: 0 };
    viewer.pass(2);
    viewer.told = FAST_CDN;
    viewer.position -= 5;
    expect(viewer.pass(3).level).toBe("none");
  });

  test("what happens soon after arriving", () => {
    expect(new GuardedViewer().pass(12).freeze().level).toBe("none");
  });

  test("the start", () => {
    const late = new GuardedViewer();
    late.told = { ...FAST_CDN, positionSeconds: null, bufferSeconds: 0 };
    expect(late.pass(5).level).toBe("none");
  });

  test("a change of rendition, which flushes the buffer", () => {
    viewer.told = { ...FAST_CDN, bufferSeconds: 0 };
    viewer.pass(0.5);
    viewer.told = { ...FAST_CDN, bufferSeconds: 0, positionSeconds: null };
    expect(viewer.pass(2).level).toBe("none");
  });
});

describe("a buffer of less than 0.3 s", () => {
  /** Gets nothing more, and plays until this much is left. */
  const thinDownTo = (seconds: number) => {
    viewer.heldSegments = viewer.listedSegments;
    viewer.pass(viewer.bufferSeconds - seconds);
  };

  test("pauses sharing where the CDN alone would hold half a segment more", () => {
    thinDownTo(0.35);
    expect(viewer.level).toBe("none");
    expect(viewer.pass(STEP_SECONDS).level).toBe("takes-only");
  });

  test("is left alone where the CDN's line is too slow to do better", () => {
    viewer.told = { fetchSeconds: 20 };
    thinDownTo(0.25);
    expect(viewer.level).toBe("none");
  });

  test("is given two segments' time before it ends taking as well", () => {
    thinDownTo(0.35);
    viewer.pass(STEP_SECONDS);
    expect(viewer.level).toBe("takes-only");
    // Thin, but never dry: this isn't about freezes.
    viewer.heldSegments = null;
    viewer.told = { bufferSeconds: 0.2 };
    expect(viewer.pass(3.5).level).toBe("takes-only");
    expect(viewer.pass(1).level).toBe("cdn-only");
  });

  test("of a paused video is left alone", () => {
    thinDownTo(0.35);
    viewer.pass(STEP_SECONDS);
    viewer.told = { positionSeconds: viewer.position, bufferSeconds: 0.2 };
    expect(viewer.pass(10).level).toBe("takes-only");
  });

  test("is compared anew after a seek", () => {
    viewer.told = { fetchSeconds: 20 };
    viewer.position -= 10;
    viewer.told = { fetchSeconds: 20, bufferSeconds: 1.5 };
    viewer.pass(3);
    viewer.told = { fetchSeconds: 20, bufferSeconds: 0.8 };
    expect(viewer.pass(3).level).toBe("none");
  });
});

describe("while the CDN fails", () => {
  /** A fetch fails now, and is retried in vain. */
  const fails = () => {
    viewer.told = { fetchFailedAt: viewer.now };
  };

  test("neither a thin buffer nor a freeze pauses sharing", () => {
    viewer.heldSegments = viewer.listedSegments;
    for (let second = 0; second < 15; second += 1) {
      fails();
      expect(viewer.pass(1).level).toBe("none");
    }
  });

  test("a freeze that goes on after it is back doesn't either", () => {
    viewer.heldSegments = viewer.listedSegments;
    fails();
    viewer.pass(8);
    viewer.told = { fetchFailedAt: viewer.now, fetchDoneAt: viewer.now + 1 };
    viewer.pass(2);
    viewer.heldSegments = null;
    expect(viewer.pass(5).level).toBe("none");
  });

  test("nothing coming through at all is a failure too, before any fetch has timed out", () => {
    viewer.isCdnAway = true;
    expect(viewer.pass(1).freeze().level).toBe("none");
  });

  test("a fetch that failed before another was done doesn't excuse a freeze", () => {
    viewer.told = { ...FAST_CDN, fetchFailedAt: viewer.now, fetchDoneAt: viewer.now + 0.5 };
    expect(viewer.freeze().level).toBe("takes-only");
  });

  test("a fetch that failed a while ago doesn't either, where peers brought what it was for", () => {
    viewer.told = { ...FAST_CDN, fetchFailedAt: viewer.now };
    expect(viewer.pass(10).freeze().level).toBe("takes-only");
  });
});

describe("the CDN's throughput", () => {
  test.each([2.99e6, null])("of %s doesn't bear cdn-only", (cdnBitsPerSecond) => {
    viewer.told = { ...FAST_CDN, cdnBitsPerSecond };
    expect(viewer.freeze().freeze().level).toBe("takes-only");
  });

  test("of twice the stream's bit rate does", () => {
    viewer.told = { ...FAST_CDN, cdnBitsPerSecond: 3e6 };
    expect(viewer.freeze().freeze().level).toBe("cdn-only");
  });

  test("that is too low makes a freeze prolong the pause instead", () => {
    viewer.told = { ...FAST_CDN, cdnBitsPerSecond: 1e6 };
    viewer.freeze().catchUp().pass(15).freeze();
    expect(viewer.pass(20).level).toBe("takes-only");
    expect(viewer.pass(15).level).toBe("none");
  });

  test("that is too low leaves a viewer that serves nobody as it is", () => {
    viewer.told = { ...FAST_CDN, cdnBitsPerSecond: 1e6, shares: false };
    expect(viewer.freeze().level).toBe("none");
  });
});

describe("a pause", () => {
  /** Seconds until the level is another one. */
  const lasts = () => {
    const [level, begin] = [viewer.level, viewer.now];
    while (viewer.level === level) viewer.pass(STEP_SECONDS);
    return viewer.now - begin;
  };

  /** Freezes after having played at the usual delay. */
  const freezesAgain = () => {
    viewer.catchUp().freeze();
  };

  beforeEach(() => {
    viewer.told = FAST_CDN;
  });

  test("begins with half a minute of only taking, and ends with sharing", () => {
    viewer.freeze();
    const left = lasts();
    expect(left).toBeGreaterThan(26);
    expect(left).toBeLessThanOrEqual(30);
    expect(viewer.level).toBe("none");
  });

  test("on the CDN alone begins with a minute, and comes back a level at a time", () => {
    viewer.freeze().freeze();
    expect(viewer.level).toBe("cdn-only");
    const left = lasts();
    expect(left).toBeGreaterThan(56);
    expect(left).toBeLessThanOrEqual(60);
    expect(viewer.level).toBe("takes-only");
    expect(lasts()).toBe(30);
    expect(viewer.level).toBe("none");
  });

  test("lasts twice as long each time, up to half an hour", () => {
    const pauses = Array.from({ length: 9 }, () => {
      freezesAgain();
      expect(viewer.level).toBe("takes-only");
      return Math.ceil(lasts() / 30) * 30;
    });
    expect(pauses).toEqual([30, 60, 120, 240, 480, 960, 1800, 1800, 1800]);
  });

  test("is forgotten after a quarter of an hour without another", () => {
    viewer.freeze();
    lasts();
    freezesAgain();
    expect(lasts()).toBeGreaterThan(55);
    viewer.pass(15 * MINUTE);
    freezesAgain();
    expect(lasts()).toBeLessThanOrEqual(30);
  });

  test("isn't forgotten within a quarter of an hour", () => {
    viewer.freeze();
    lasts();
    viewer.pass(14 * MINUTE);
    freezesAgain();
    expect(lasts()).toBeGreaterThan(55);
  });
});
