import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { SharingMode } from "./allowance.ts";
import type { Storage } from "./preferences.ts";
import { SharingChoice } from "./sharing-choice.ts";

beforeEach(() => void vi.stubGlobal("RTCPeerConnection", class {}));
afterEach(() => vi.unstubAllGlobals());

const everyone = { mode: "on", ramp: 1 } as const;

function memory(): Storage {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

test("a choice is kept for the next visit", () => {
  vi.stubGlobal("navigator", {});
  const storage = memory();
  new SharingChoice(everyone, storage).choose("off");
  expect(new SharingChoice(everyone, storage).allowance).toEqual({ mode: "off", reason: "chosen" });
});

test("a viewer draws one number for all visits", () => {
  vi.stubGlobal("navigator", {});
  const storage = memory();
  const half = { mode: "on", ramp: 0.5 } as const;
  const visits = Array.from({ length: 20 }, () => new SharingChoice(half, storage).allowance.mode);
  expect(new Set(visits).size).toBe(1);
});

test("a connection that becomes cellular stops uploads", () => {
  const connection = Object.assign(new EventTarget(), { type: "wifi" });
  vi.stubGlobal("navigator", { connection });
  const listener = vi.fn();
  new SharingChoice(everyone, memory()).watch(listener);
  Object.assign(connection, { type: "cellular" }).dispatchEvent(new Event("change"));
  expect(listener.mock.calls.map(([{ mode }]) => mode)).toEqual(["on", "leech"]);
});

test("a viewer's choice survives a change of connection", () => {
  const connection = Object.assign(new EventTarget(), { type: "wifi" });
  vi.stubGlobal("navigator", { connection });
  const choice = new SharingChoice(everyone, memory());
  choice.watch(() => {});
  choice.choose("on");
  Object.assign(connection, { type: "cellular" }).dispatchEvent(new Event("change"));
  expect(choice.allowance).toEqual({ mode: "on", reason: "chosen" });
});

test("every listener hears of a change until it stops", () => {
  vi.stubGlobal("navigator", {});
  const choice = new SharingChoice(everyone, memory());
  const heard: string[] = [];
  const stopFirst = choice.watch(({ mode }) => heard.push(`first ${mode}`));
  const stopSecond = choice.watch(({ mode }) => heard.push(`second ${mode}`));
  stopFirst();
  choice.choose("off");
  stopSecond();
  choice.choose("on");
  expect(heard).toEqual(["first on", "second on", "second off"]);
});

test("the device is watched only while somebody listens", () => {
  const connection = Object.assign(new EventTarget(), { type: "wifi" });
  const added = vi.spyOn(connection, "addEventListener");
  vi.stubGlobal("navigator", { connection });
  const choice = new SharingChoice(everyone, memory());
  const stops = [choice.watch(() => {}), choice.watch(() => {})];
  for (const stop of stops) stop();
  Object.assign(connection, { type: "cellular" }).dispatchEvent(new Event("change"));
  expect(added).toHaveBeenCalledOnce();
  expect(choice.allowance.mode).toBe("on");
});

/** Emits a change of mode as a live session does. */
class Session {
  mode: SharingMode = "on";
  #listener: (mode: SharingMode) => void = () => {};

  setMode(mode: SharingMode): void {
    if (mode === this.mode) return;
    this.mode = mode;
    this.#listener(mode);
  }

  on(_event: "mode", listener: (mode: SharingMode) => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = () => {};
    };
  }
}

test("a session follows the viewer's choice", () => {
  vi.stubGlobal("navigator", {});
  const choice = new SharingChoice(everyone, memory());
  const session = new Session();
  choice.bind(session);
  choice.choose("leech");
  expect(session.mode).toBe("leech");
});

test("a mode that a page sets on the session lowers it for this visit, until unbound", () => {
  vi.stubGlobal("navigator", {});
  const storage = memory();
  const choice = new SharingChoice(everyone, storage);
  const session = new Session();
  const unbind = choice.bind(session);
  session.setMode("off");
  expect(choice.allowance).toEqual({ mode: "off", reason: "page" });
  session.setMode("leech");
  expect(session.mode).toBe("leech");
  session.setMode("on");
  expect(choice.allowance).toEqual({ mode: "on", reason: "default" });
  session.setMode("off");
  unbind();
  session.setMode("on");
  expect(choice.allowance.mode).toBe("off");
  expect(new SharingChoice(everyone, storage).allowance).toEqual({ mode: "on", reason: "default" });
});

test.each(["off", "leech"] as const)("a session can't be set beyond %s, which the viewer chose", (chosen) => {
  vi.stubGlobal("navigator", {});
  const choice = new SharingChoice(everyone, memory());
  const session = new Session();
  choice.bind(session);
  choice.choose(chosen);
  session.setMode("on");
  expect(session.mode).toBe(chosen);
  expect(choice.allowance).toEqual({ mode: chosen, reason: "chosen" });
});

test("a session can't be set to share before its viewer agreed", () => {
  vi.stubGlobal("navigator", {});
  const choice = new SharingChoice({ ...everyone, consent: "ask" }, memory());
  const session = new Session();
  choice.bind(session);
  session.setMode("on");
  expect(session.mode).toBe("off");
});

describe("a viewer who is asked", () => {
  const asking = { ...everyone, consent: "ask" } as const;

  test("and agrees shares from then on, also on the next visit", () => {
    vi.stubGlobal("navigator", {});
    const storage = memory();
    const choice = new SharingChoice(asking, storage);
    expect(choice.prompt).toBe("ask");
    choice.agree();
    for (const { prompt, allowance } of [choice, new SharingChoice(asking, storage)]) {
      expect([prompt, allowance.mode]).toEqual([null, "on"]);
    }
  });

  test("and declines isn't asked again", () => {
    vi.stubGlobal("navigator", {});
    const storage = memory();
    new SharingChoice(asking, storage).choose("off");
    expect(new SharingChoice(asking, storage).prompt).toBeNull();
  });

  test("and turns sharing on in the panel instead has agreed", () => {
    vi.stubGlobal("navigator", {});
    const storage = memory();
    new SharingChoice(asking, storage).choose("off");
    new SharingChoice(asking, storage).choose("leech");
    expect(new SharingChoice(asking, storage).allowance).toEqual({ mode: "leech", reason: "chosen" });
  });
});

test("a viewer who is told shares once the notice is there, and hears it again unless it was read", () => {
  vi.stubGlobal("navigator", {});
  const telling = { ...everyone, consent: "notice" } as const;
  const storage = memory();
  const choice = new SharingChoice(telling, storage);
  expect([choice.prompt, choice.allowance.mode]).toEqual(["notice", "off"]);
  choice.tell();
  expect([choice.prompt, choice.allowance.mode]).toEqual([null, "on"]);
  expect(new SharingChoice(telling, storage).prompt).toBe("notice");
  choice.keepTold();
  expect(new SharingChoice(telling, storage).prompt).toBeNull();
});

test("the policy is whole, whatever a page has written down of it", () => {
  vi.stubGlobal("navigator", {});
  expect(new SharingChoice(everyone, memory()).policy).toMatchObject({ consent: "implied", above: 0 });
});

test("a session can't be set beyond the deployment's policy", () => {
  vi.stubGlobal("navigator", {});
  const choice = new SharingChoice({ mode: "leech", ramp: 1 }, memory());
  const session = new Session();
  choice.bind(session);
  session.setMode("on");
  expect(session.mode).toBe("leech");
});

test("without WebRTC nobody shares", () => {
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("RTCPeerConnection", undefined);
  expect(new SharingChoice(everyone, memory()).allowance).toEqual({ mode: "off", reason: "no-webrtc" });
});

test("a viewer whose id is in the control group doesn't share", () => {
  vi.stubGlobal("navigator", {});
  const policy = { ...everyone, control: 0.02 };
  const reason = (viewer?: string) => new SharingChoice(policy, memory(), viewer).allowance.reason;
  expect([reason("k3Jx0AAAAZ"), reason("k3Jx0zAAAZ"), reason()]).toEqual(["control", "default", "default"]);
});

test("SharingGuard's ramp stops a viewer beyond it, tells so once, and lets it go on", () => {
  vi.stubGlobal("navigator", {});
  const storage = memory();
  storage.setItem("shoal-preferences", JSON.stringify({ draw: 0.3 }));
  const choice = new SharingChoice(everyone, storage);
  const heard: string[] = [];
  choice.watch(({ mode, reason }) => heard.push(`${mode} ${reason}`));
  for (const ramp of [1, 0.25, 0.25, 1]) choice.guard(ramp);
  expect(heard).toEqual(["on default", "off ramp", "on default"]);
});
