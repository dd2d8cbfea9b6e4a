import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { beforeAll, expect, test } from "vitest";
import { HLS_CONSTANTS, HLS_SWITCHES, hlsFromSource } from "./hls-from-source.ts";

const root = resolve(import.meta.dirname, "..");
const hlsPackage = join(root, "node_modules/hls.js");
let sources: string;

beforeAll(async () => {
  const folder = join(hlsPackage, "src");
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.[jt]s$/.test(name));
  sources = (await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")))).join("\n");
});

const namesOf = (pattern: RegExp) => [
  ...new Set(Array.from(sources.matchAll(pattern), ([, name = ""]) => name)),
];

async function dependenciesOf(folder: string): Promise<Record<string, string>> {
  const { dependencies, devDependencies } = JSON.parse(
    await readFile(join(folder, "package.json"), "utf8"),
  ) as Record<"dependencies" | "devDependencies", Record<string, string>>;
  return { ...dependencies, ...devDependencies };
}

test("hls.js's sources have the switches that are set here, and no others", () => {
  expect(namesOf(/\b(__[A-Z0-9_]+__)\b/g).toSorted()).toEqual(
    [...Object.keys(HLS_SWITCHES), ...Object.keys(HLS_CONSTANTS)].toSorted(),
  );
});

test("packages that hls.js's sources import have the versions that hls.js itself is built with", async () => {
  const [theirs, ours] = await Promise.all([dependenciesOf(hlsPackage), dependenciesOf(root)]);
  const imported = namesOf(/\bfrom ["']([^"'.][^"']*)["']/g);
  expect(imported).not.toEqual([]);
  for (const name of [...imported, "@svta/cml-structured-field-values"]) {
    expect([name, ours[name]]).toEqual([name, theirs[name]]);
  }
});

/** The scripts of a module that imports these names from hls.js. */
async function bundleWith(imports: string): Promise<{ inputs: string[]; text: string }> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: `import ${imports} from "hls.js"; console.log(${imports});` },
    absWorkingDir: root,
    bundle: true,
    format: "esm",
    plugins: [hlsFromSource],
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  return { inputs: Object.keys(metafile.inputs), text: outputFiles.map(({ text }) => text).join("\n") };
}

test("what a bundle imports from hls.js comes from its sources, without what is switched off", async () => {
  const { inputs, text } = await bundleWith("Hls");
  expect(inputs).toContain("node_modules/hls.js/src/hls.ts");
  expect(inputs.filter((path) => path.includes("hls.js/dist"))).toEqual([]);
  for (const absent of ["TimelineController", "EMEController", "InterstitialsController"]) {
    expect(text.includes(`class ${absent}`)).toBe(false);
  }
  for (const present of ["AudioStreamController", "CMCDController", "BufferController"]) {
    expect(new RegExp(`\\b${present} = class|class ${present}\\b`).test(text)).toBe(true);
  }
  for (const name of Object.keys({ ...HLS_SWITCHES, ...HLS_CONSTANTS }))
    expect(text.includes(name)).toBe(false);
});

test("importing from hls.js what the build from its sources leaves out fails the build", async () => {
  await expect(bundleWith("{ SubtitleStreamController }")).rejects.toThrow(/SubtitleStreamController/);
});
