import { expect, test } from "vitest";
import { shareCodes } from "./share-codes.ts";

const { link, iframe } = shareCodes(
  "https://live.example.com/out/v1/shoal/live/cmaf/index.m3u8?token=secret",
);

test("the link is the deployment's page", () => {
  expect(link).toBe("https://live.example.com/");
});

test("the frame shows the deployment's embed and may play, fill the screen and copy", () => {
  expect(iframe).toContain('src="https://live.example.com/embed.html"');
  expect(iframe).toContain('allow="autoplay; clipboard-write; fullscreen; picture-in-picture"');
});

test("neither contains the viewer's token", () => {
  expect(link + iframe).not.toContain("secret");
});
