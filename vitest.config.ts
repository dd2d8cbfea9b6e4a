import { existsSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { decisions } from "./test/decisions.ts";

const gone = decisions.filter((file) => !existsSync(new URL(file, import.meta.url)));
if (gone.length > 0) throw new Error(`test/decisions.ts names what isn't there: ${gone.join(", ")}`);

// Three kinds of test, by what they need: `unit` needs nothing, `stack` opens ports and encodes video,
// `browser` starts Chromium. The last two run one file at a time, since two cores carry them all.
export default defineConfig({
  test: {
    coverage: {
      include: [...decisions],
      thresholds: { 100: true, perFile: true },
      reporter: [["text", { skipFull: true }]],
    },
    projects: [
      {
        test: {
          name: "unit",
          include: ["{functions,web,local,build,bench}/**/*.test.ts"],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "stack",
          include: ["test/stack/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
