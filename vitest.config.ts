import { existsSync } from "node:fs";
import { defineConfig, type Plugin } from "vitest/config";
import { readPatchedCore } from "./build/patched-core.ts";
import { DECISIONS, SHELLS } from "./test/coverage.ts";

const gone = [...DECISIONS, ...Object.keys(SHELLS)].filter(
  (file) => !existsSync(new URL(file, import.meta.url)),
);
if (gone.length > 0) throw new Error(`test/coverage.ts names what isn't there: ${gone.join(", ")}`);

/** Unit tests run the core as pages load it: the patched bundle. */
const PATCHED_CORE = "\0p2p-media-loader-core";
const patchedCore: Plugin = {
  name: "patched-core",
  enforce: "pre",
  resolveId: (name) => (name === "p2p-media-loader-core" ? PATCHED_CORE : undefined),
  load: (id) => (id === PATCHED_CORE ? readPatchedCore() : undefined),
};

/** A busy machine takes its time, and what is waited for is asserted all the same. */
const patient = { poll: { timeout: 10_000 } };

/** Three viewers at once, by whom pictures and timing are judged. */
const CROWDED = ["test/browser/{guard,privacy,sharing,sharing-start}.test.ts"];

// Eight kinds of test, by what they need: `unit` needs nothing, `stack` opens ports and encodes video, `browser` starts
// Chromium with a viewer or two, `sharing` with several, `red-team` sets hostile peers beside three viewers,
// `red-team-slow` what takes long to see, `homes` starts it in network namespaces, as root, `other-browsers` starts what
// .ci/browsers/install installs. What is slow and other browsers aren't part of npm test. Stacks and single viewers mostly
// wait, so two of their files run at a time; the others run one at a time, since two cores carry them all.
export default defineConfig({
  test: {
    coverage: {
      include: ["functions/**/*.ts", "web/**/*.ts", ...DECISIONS],
      exclude: ["**/*.test.ts", "**/*.d.ts", ...Object.keys(SHELLS)],
      thresholds: { 100: true, perFile: true },
      reporter: [["text", { skipFull: true }]],
    },
    projects: [
      {
        plugins: [patchedCore],
        test: {
          name: "unit",
          include: ["{functions,web,local,build,bench,test/doubles}/**/*.test.ts"],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: "stack",
          expect: patient,
          include: ["test/stack/**/*.test.ts"],
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "browser",
          expect: patient,
          include: ["test/browser/**/*.test.ts"],
          exclude: CROWDED,
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "sharing",
          expect: patient,
          include: CROWDED,
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: "homes",
          expect: patient,
          include: ["test/homes/**/*.test.ts"],
          fileParallelism: false,
          hookTimeout: 180_000,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: "red-team",
          expect: patient,
          include: ["test/red-team/red-team.test.ts"],
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 6 },
        },
      },
      {
        test: {
          name: "red-team-slow",
          expect: patient,
          include: ["test/red-team/{signer-faults,wasted-time}.test.ts"],
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 7 },
        },
      },
      {
        test: {
          name: "other-browsers",
          expect: patient,
          include: ["test/other-browsers/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
