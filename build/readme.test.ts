import { expect, test } from "vitest";
import { currentReadme } from "./readme.ts";

test("README shows the examples as they are; node build/readme.ts brings them in", async () => {
  const { is, should } = await currentReadme();
  expect(is).toBe(should);
});
