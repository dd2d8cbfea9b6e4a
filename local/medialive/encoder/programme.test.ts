import { expect, test, vi } from "vitest";
import { readTemplate } from "../../template.ts";
import { parseEncoderSettings } from "../encoder-settings.ts";
import { Clock } from "./clock.ts";
import { Programme } from "./programme.ts";

async function programmeWith(testCard: boolean) {
  const template = await readTemplate();
  const settings = parseEncoderSettings(template.resource("LiveChannel").properties);
  const onChange = vi.fn();
  const onUndecodable = vi.fn();
  const programme = new Programme(settings, new Clock(), testCard, onChange, onUndecodable);
  return { programme, onChange, onUndecodable };
}

test("the test card is on while nobody publishes, and stays on until a publisher's media is due", async () => {
  const { programme, onChange } = await programmeWith(true);
  const card = programme.current();
  expect(card).not.toBeNull();
  programme.take({ type: "arrived" });
  expect(programme.current()).toBe(card);
  expect(onChange).toHaveBeenCalledExactlyOnceWith({
    source: "test card",
    input: { video: null, audio: null },
  });
});

test("without a test card, nothing is on while nobody publishes", async () => {
  const { programme, onChange } = await programmeWith(false);
  expect(programme.current()).toBeNull();
  expect(onChange).toHaveBeenCalledExactlyOnceWith({
    source: "nothing",
    input: { video: null, audio: null },
  });
});

test("a publisher whose media can't be decoded is reported, and what comes after it is still taken", async () => {
  const { programme, onUndecodable } = await programmeWith(true);
  const brokenConfiguration = { kind: "configuration", data: Buffer.from("ffffffff", "hex") } as const;
  programme.take({ type: "arrived" });
  programme.take({ type: "audio", timestamp: 0, tag: brokenConfiguration });
  await vi.waitFor(() => expect(onUndecodable).toHaveBeenCalledTimes(1));
  expect(onUndecodable.mock.calls[0]?.[0]).toContain("AAC decoder");
  programme.take({ type: "audio", timestamp: 0, tag: brokenConfiguration });
  await vi.waitFor(() => expect(onUndecodable).toHaveBeenCalledTimes(2));
});
