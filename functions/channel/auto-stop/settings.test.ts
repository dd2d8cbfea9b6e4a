import { expect, test } from "vitest";
import { readSettings } from "./settings.ts";

const environment = { CHANNEL_ID: "1234567", AUTO_STOP_MINUTES: "15", NOTICES_TOPIC: "arn:topic" };

test("the template's settings are read", () => {
  expect(readSettings(environment)).toEqual({
    channelId: "1234567",
    idleLimit: { autoStopMinutes: 15 },
    noticesTopic: "arn:topic",
  });
});

test("without a topic nobody is told", () => {
  expect(readSettings({ ...environment, NOTICES_TOPIC: "" }).noticesTopic).toBeNull();
});

test.each(["CHANNEL_ID", "AUTO_STOP_MINUTES"])(
  "without %s nothing is stopped, and the error names it",
  (name) => {
    expect(() => readSettings({ ...environment, [name]: "" })).toThrow(`${name} is missing`);
  },
);

test.each(["0", "-5", "soon"])(
  "an idle limit of %j minutes is refused: it would stop a channel at once",
  (minutes) => {
    expect(() => readSettings({ ...environment, AUTO_STOP_MINUTES: minutes })).toThrow(
      `AUTO_STOP_MINUTES is ${minutes}, but must be 1 or more`,
    );
  },
);
