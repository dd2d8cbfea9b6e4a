import { expect, test, vi } from "vitest";
import { readTemplate } from "../../template.ts";
import { parseEncoderSettings } from "../encoder-settings.ts";
import { Clock } from "./clock.ts";
import { SourceSelector } from "./source-selector.ts";

async function selectorWith(testCard: boolean) {
  const template = await readTemplate();
  const settings = parseEncoderSettings(template.resource("LiveChannel").properties);
  const onChange = vi.fn();
  const onUndecodable = vi.fn();
  const selector = new SourceSelector(settings, new Clock(), testCard, onChange, onUndecodable, () => {});
  return { selector, onChange, onUndecodable };
}

test("the test card is on while nobody publishes, and stays on until a publisher's media is due", async () => {
  const { selector, onChange } = await selectorWith(true);
  const card = selector.current();
  expect(card).not.toBeNull();
  selector.take({ type: "arrived" });
  expect(selector.current()).toBe(card);
  expect(onChange).toHaveBeenCalledExactlyOnceWith({
    source: "test card",
    input: { video: null, audio: null },
  });
});

test("without a test card, nothing is on while nobody publishes", async () => {
  const { selector, onChange } = await selectorWith(false);
  expect(selector.current()).toBeNull();
  expect(onChange).toHaveBeenCalledExactlyOnceWith({
    source: "nothing",
    input: { video: null, audio: null },
  });
});

test("a publisher whose media can't be decoded is reported, and what comes after it is still taken", async () => {
  const { selector, onUndecodable } = await selectorWith(true);
  const brokenConfiguration = { kind: "configuration", data: Buffer.from("ffffffff", "hex") } as const;
  selector.take({ type: "arrived" });
  selector.take({ type: "audio", timestamp: 0, tag: brokenConfiguration });
  await vi.waitFor(() => expect(onUndecodable).toHaveBeenCalledTimes(1));
  expect(onUndecodable.mock.calls[0]?.[0]).toContain("AAC decoder");
  selector.take({ type: "audio", timestamp: 0, tag: brokenConfiguration });
  await vi.waitFor(() => expect(onUndecodable).toHaveBeenCalledTimes(2));
});
