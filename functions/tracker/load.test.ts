import { describe, expect, test } from "vitest";
import { type Allowance, FULL_ALLOWANCE, LoadControl, newAllowance, ratesFor, spend } from "./load.ts";
import type { Refusal, Request } from "./messages.ts";

const now = 1_800_000_000;
const announce: Request = {
  kind: "announce",
  infoHash: "x".repeat(20),
  peerId: "p".repeat(20),
  event: null,
  isSeeder: false,
  numwant: 0,
  offers: [],
};
const answer: Request = {
  kind: "answer",
  infoHash: "x",
  peerId: "p",
  toPeerId: "q",
  answer: { type: "answer", sdp: "" },
  offerId: "o",
};
const malformed: Refusal = {
  kind: "refusal",
  cause: "Malformed",
  reason: "",
  action: "announce",
  infoHash: null,
};

/** Sends so many at one time; returns what became of each. */
function burst(
  request: Request | Refusal,
  times: number,
  bytes = 100,
  from: Allowance = newAllowance(now),
  at = now,
) {
  let allowance = from;
  const verdicts = Array.from({ length: times }, () => {
    const spent = spend(allowance, request, bytes, at);
    allowance = spent.allowance;
    return spent.verdict;
  });
  return { allowance, verdicts, admitted: verdicts.filter((verdict) => verdict === "admit").length };
}

describe("what a connection may send", () => {
  test("is 40 announces at once", () => {
    expect(burst(announce, 60).admitted).toBe(40);
  });

  test("counts a malformed message as an announce", () => {
    expect(burst(malformed, 60).admitted).toBe(40);
  });

  test("is 120 answers, beside the announces", () => {
    const { admitted, allowance } = burst(answer, 200);
    expect(admitted).toBe(120);
    expect(burst(announce, 1, 100, allowance).admitted).toBe(1);
  });

  test("is 512 KB", () => {
    expect(burst(announce, 20, 64 * 1024).admitted).toBe(8);
  });

  test("counts a scrape by the hashes in it", () => {
    const scrape: Request = { kind: "scrape", infoHashes: Array.from({ length: 64 }, (_, n) => `hash ${n}`) };
    expect(burst(scrape, 20).admitted).toBe(1);
    expect(burst({ kind: "scrape", infoHashes: ["one", "two", "three"] }, 30).admitted).toBe(20);
  });

  test("comes back steadily within a minute", () => {
    const { allowance } = burst(announce, 60);
    expect(burst(announce, 60, 100, allowance, now + 30).admitted).toBe(20);
    expect(burst(announce, 60, 100, allowance, now + 600).admitted).toBe(FULL_ALLOWANCE.announces);
  });

  test("is not changed by a clock that goes back", () => {
    expect(burst(announce, 60, 100, burst(announce, 40).allowance, now - 100).admitted).toBe(0);
  });
});

describe("a connection that sends too much", () => {
  test("is refused once, and ended if it goes on within ten seconds", () => {
    const { allowance, verdicts } = burst(announce, 43);
    expect(verdicts.slice(40)).toEqual(["refuse", "disconnect", "disconnect"]);
    const emptied = burst(announce, 10, 100, allowance, now + 9);
    expect(emptied.verdicts).toEqual([
      ...Array<string>(6).fill("admit"),
      ...Array<string>(4).fill("disconnect"),
    ]);
    expect(burst(announce, 1, 600 * 1024, emptied.allowance, now + 10).verdicts).toEqual(["refuse"]);
  });

  test("is not charged for refused messages", () => {
    const { allowance } = burst(announce, 1, 300 * 1024);
    const refused = burst(announce, 5, 300 * 1024, allowance);
    expect(refused.admitted).toBe(0);
    expect(burst(announce, 1, 200 * 1024, refused.allowance).admitted).toBe(1);
  });

  test("doesn't affect others", () => {
    const load = new LoadControl();
    for (let time = 0; time < 50; time++) load.judge("busy", announce, 100, now);
    expect(load.judge("busy", announce, 100, now)).toBe("disconnect");
    expect(load.judge("calm", announce, 100, now)).toBe("admit");
  });

  test("is forgotten with its connection", () => {
    const load = new LoadControl();
    for (let time = 0; time < 50; time++) load.judge("busy", announce, 100, now);
    load.forget("busy");
    expect(load.judge("busy", announce, 100, now)).toBe("admit");
  });
});

test("only so many connections are kept in memory, the oldest forgotten first", () => {
  const load = new LoadControl(2);
  for (let time = 0; time < 50; time++) load.judge("first", announce, 100, now);
  load.judge("second", announce, 100, now);
  load.judge("third", announce, 100, now);
  expect(load.judge("first", announce, 100, now)).toBe("admit");
});

describe("messages that no player sends", () => {
  test.each(["ForeignSwarm", "ForeignPeer"] as const)("%s counts as ten", (cause) => {
    const foreign: Refusal = { kind: "refusal", cause, reason: "", action: "announce", infoHash: null };
    expect(burst(foreign, 10).verdicts.slice(0, 6)).toEqual([
      ...Array<string>(4).fill("admit"),
      "refuse",
      "disconnect",
    ]);
  });
});

describe("a tracker's own limit", () => {
  test("changes all rates in proportion", () => {
    expect(ratesFor(80)).toEqual({ announces: 80, answers: 240, bytes: 1024 * 1024 });
    const load = new LoadControl(10, ratesFor(2));
    expect([1, 2, 3].map(() => load.judge("one", announce, 100, now))).toEqual(["admit", "admit", "refuse"]);
  });

  test("of 0 sets none", () => {
    const load = new LoadControl(10, ratesFor(0));
    for (let time = 0; time < 1000; time++) {
      expect(load.judge("one", announce, 1e9, now + time / 1000)).toBe("admit");
    }
  });
});
