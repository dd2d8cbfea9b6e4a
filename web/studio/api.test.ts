import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError, ask } from "./api.ts";

const asked = vi.fn();
let answer: () => Promise<Partial<Response>>;

beforeEach(() => {
  asked.mockReset();
  answer = async () => ({ ok: true, status: 200, json: async () => ({ fine: true }) });
  vi.stubGlobal("fetch", (...call: unknown[]) => {
    asked(...call);
    return answer();
  });
});
afterEach(() => void vi.unstubAllGlobals());

test("what is read is asked for plainly", async () => {
  expect(await ask("GET", "event")).toEqual({ fine: true });
  expect(asked).toHaveBeenCalledWith("/studio/api/event", { method: "GET" });
});

test("what is sent goes with its digest, also if it is nothing", async () => {
  await ask("PUT", "event", { title: "A" });
  expect(asked).toHaveBeenCalledWith("/studio/api/event", {
    method: "PUT",
    body: '{"title":"A"}',
    headers: {
      "content-type": "application/json",
      "x-amz-content-sha256": "3529d0a41555dcce5409451ca186444db8e972ff8d5867546e0e7928f37408f5",
    },
  });
  answer = async () => ({ ok: true, status: 204 });
  expect(await ask("DELETE", "session")).toBeNull();
  expect(asked.mock.lastCall?.[1]).toMatchObject({ body: "{}" });
});

test("the link that lets in goes along in a header, for the edge to check", async () => {
  await ask("POST", "session", { token: "x" }, "x.1.y");
  expect(asked.mock.lastCall?.[1]).toMatchObject({ headers: { "x-shoal-pass": "studio x.1.y" } });
});

test("a refusal is an error in its words, or in ours", async () => {
  answer = async () => ({ ok: false, status: 401, json: async () => ({ error: "You aren't signed in." }) });
  await expect(ask("GET", "event")).rejects.toMatchObject({ status: 401, message: "You aren't signed in." });
  answer = async () => ({ ok: false, status: 502, json: () => Promise.reject(new SyntaxError()) });
  await expect(ask("GET", "event")).rejects.toMatchObject({
    status: 502,
    message: "The studio answered 502. Try again.",
  });
  answer = () => Promise.reject(new TypeError("failed"));
  await expect(ask("GET", "event")).rejects.toThrow(ApiError);
  await expect(ask("GET", "event")).rejects.toThrow("can't be reached");
});
