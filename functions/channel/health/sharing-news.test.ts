import { expect, test } from "vitest";
import type { Health } from "../../record/show.ts";
import { sharingNews } from "./sharing-news.ts";

const notice = { ramp: 0.06, since: 5, text: "Sharing interrupts playback." };

test("that fewer share is told once: in the timeline and by e-mail", () => {
  const news = sharingNews(notice, null);
  expect(news).toMatchObject({
    events: [{ at: 5, kind: "sharing-lowered", severity: "warning", text: notice.text }],
    mail: {
      subject: "Shoal: sharing lowered to 6 %",
      message: expect.stringMatching(/^Sharing interrupts playback\./),
    },
    told: { sharingTold: 5 },
  });
  const told = { sharingTold: 5 } as Health;
  expect(sharingNews(notice, told)).toBeNull();
  expect(sharingNews({ ...notice, since: 6 }, told)).not.toBeNull();
  expect(sharingNews(null, told)).toBeNull();
});
