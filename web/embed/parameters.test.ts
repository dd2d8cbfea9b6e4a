import { expect, test } from "vitest";
import { channelFor, readParameters } from "./parameters.ts";

const read = (query: string) => readParameters(new URL(`https://live.example.com/embed.html?${query}`));

test("without parameters the deployment decides", () => {
  expect(read("")).toEqual({ options: { colours: {} }, origin: null, warnings: [] });
});

test("every parameter is read", () => {
  const query =
    "stream=/out/two/index.m3u8?token=1&delay=8&start=20.5&sharing=leech&reports=0&muted=0&autoplay=1" +
    "&accent=56b4e9&text=fff&background=%23000000&origin=https://example.com";
  expect(read(query)).toEqual({
    options: {
      hls: "https://live.example.com/out/two/index.m3u8?token=1",
      delaySeconds: 8,
      startBehindLiveSeconds: 20.5,
      sharing: "leech",
      reports: false,
      muted: false,
      autoplay: true,
      colours: { accent: "#56b4e9", text: "#fff", background: "#000000" },
    },
    origin: "https://example.com",
    warnings: [],
  });
});

test.each([
  ["stream=https://elsewhere.example/index.m3u8"],
  ["delay=-1"],
  ["start=soon"],
  ["sharing=yes"],
  ["reports=no"],
  ["muted=true"],
  ["accent=url(x)"],
  ["origin=*"],
  ["origin=https://example.com/path"],
])("%s is ignored, with a reason", (query) => {
  const { options, origin, warnings } = read(query);
  expect({ options, origin }).toEqual({ options: { colours: {} }, origin: null });
  expect(warnings).toEqual([expect.stringContaining(`${query} is ignored: it must be`)]);
});

const own = { channel: "live", hls: "https://live.example.com/out/one/index.m3u8" };

test.each([
  ["no stream parameter", undefined],
  ["the deployment's own stream with a token", `${own.hls}?token=1`],
])("viewers with %s share in the deployment's channel", (_, requested) => {
  expect(channelFor(own, requested)).toBe("live");
});

test("viewers of another stream only share with each other", () => {
  expect(channelFor(own, "https://live.example.com/out/two/index.m3u8?token=1")).toBe(
    "live /out/two/index.m3u8",
  );
});
