import { expect, test } from "vitest";
import { channelFor, readParameters } from "./parameters.ts";

const read = (query: string) => readParameters(new URL(`https://live.example.com/embed.html?${query}`));

test("without parameters the deployment decides", () => {
  expect(read("")).toEqual({ options: { colours: {} }, origin: null, complaints: [] });
});

test("every parameter is read", () => {
  const query =
    "stream=/out/two/index.m3u8?token=1&delay=8&start=20.5&sharing=leech&muted=0&autoplay=1" +
    "&accent=56b4e9&text=fff&background=%23000000&origin=https://example.com";
  expect(read(query)).toEqual({
    options: {
      hls: "https://live.example.com/out/two/index.m3u8?token=1",
      delaySeconds: 8,
      startBehindLiveSeconds: 20.5,
      sharing: "leech",
      muted: false,
      autoplay: true,
      colours: { accent: "#56b4e9", text: "#fff", background: "#000000" },
    },
    origin: "https://example.com",
    complaints: [],
  });
});

test.each([
  ["stream=https://elsewhere.example/index.m3u8"],
  ["delay=-1"],
  ["start=soon"],
  ["sharing=yes"],
  ["muted=true"],
  ["accent=url(x)"],
  ["origin=*"],
  ["origin=https://example.com/path"],
])("%s is left aside, with a reason", (query) => {
  const { options, origin, complaints } = read(query);
  expect({ options, origin }).toEqual({ options: { colours: {} }, origin: null });
  expect(complaints).toEqual([expect.stringContaining(`${query} is left aside: it must be`)]);
});

const own = { channel: "live", hls: "https://live.example.com/out/one/index.m3u8" };

test.each([
  ["no stream", undefined],
  ["the deployment's own with a token", `${own.hls}?token=1`],
])("viewers of %s share in the deployment's channel", (_, asked) => {
  expect(channelFor(own, asked)).toBe("live");
});

test("viewers of another stream share among themselves only", () => {
  expect(channelFor(own, "https://live.example.com/out/two/index.m3u8?token=1")).toBe(
    "live /out/two/index.m3u8",
  );
});
