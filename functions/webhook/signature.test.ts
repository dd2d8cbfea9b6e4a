import { expect, test } from "vitest";
import { newSecret, signedHeaders } from "./signature.ts";

test("a message is signed as Standard Webhooks' own example", () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  expect(
    signedHeaders("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, '{"test": 2432232314}', secret),
  ).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("a secret is new each time", () => {
  expect(newSecret()).toMatch(/^whsec_[\w+/]{32}$/);
  expect(newSecret()).not.toBe(newSecret());
});
