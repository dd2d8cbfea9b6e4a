/**
 * Builds the player's own hls.js from the sources in its package, with only the features that a stream of Shoal
 * uses. Types, unit tests and pages that bring their own hls.js take the package's build.
 */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";

const hlsPackage = resolve(import.meta.dirname, "../node_modules/hls.js");
const entryPoint = join(hlsPackage, "src/hls.ts");

/** What the player imports from hls.js; a name that is missing here fails the build. */
const PLAYER_IMPORTS = `
  export { default } from "./hls";
  export { ErrorDetails, ErrorTypes } from "./errors";
`;

/** hls.js's own build switches, by their names in its sources. */
export const HLS_SWITCHES = {
  /** The stream's audio is a rendition of its own. */
  __USE_ALT_AUDIO__: true,
  /** Lets a deployment tell its CDN what players do. */
  __USE_CMCD__: true,
  /** Tells whether a device decodes a rendition smoothly. */
  __USE_MEDIA_CAPABILITIES__: true,
  __USE_SUBTITLES__: false,
  __USE_EME_DRM__: false,
  __USE_INTERSTITIALS__: false,
  __USE_CONTENT_STEERING__: false,
  __USE_VARIABLE_SUBSTITUTION__: false,
  __USE_IFRAMES__: false,
  __USE_M2TS_ADVANCED_CODECS__: false,
} satisfies Readonly<Record<`__USE_${string}__`, boolean>>;

/** Constants that hls.js's sources expect besides. Its worker is part of builds that aren't modules. */
export const HLS_CONSTANTS = {
  __VERSION__: JSON.stringify(await versionOfHls()),
  __IN_WORKER__: "false",
  __HLS_WORKER_BUNDLE__: "undefined",
} as const;

/** By target; all pages and modules take the same. */
const builds = new Map<string, Promise<string>>();

/** Resolves `hls.js` to the build from its sources. */
export const hlsFromSource: Plugin = {
  name: "hls-from-source",
  setup({ onResolve, onLoad, initialOptions }) {
    onResolve({ filter: /^hls\.js$/ }, () => ({ path: entryPoint }));
    onLoad({ filter: /[\\/]hls\.js[\\/]src[\\/]hls\.ts$/ }, async () => {
      const { target } = initialOptions;
      const building = builds.get(`${target}`) ?? buildHls(target);
      builds.set(`${target}`, building);
      return { contents: await building, loader: "js" };
    });
  },
};

/** Bundles hls.js into one module, unminified, since whatever imports it is minified as a whole. */
async function buildHls(target: string | string[] | undefined): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: PLAYER_IMPORTS, resolveDir: join(hlsPackage, "src"), loader: "ts" },
    bundle: true,
    format: "esm",
    ...(target && { target }),
    define: {
      ...HLS_CONSTANTS,
      ...Object.fromEntries(Object.entries(HLS_SWITCHES).map(([name, isOn]) => [name, `${isOn}`])),
    },
    // As hls.js's own build does: a field that a subclass only declares must not reset what its parent's constructor set.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    // Also folds what the switches decide, which tree shaking across modules needs.
    minifySyntax: true,
    legalComments: "inline",
    logLevel: "warning",
    write: false,
  });
  const [bundle] = outputFiles;
  if (!bundle) throw new Error("hls.js was built into nothing.");
  return bundle.text;
}

async function versionOfHls(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(hlsPackage, "package.json"), "utf8")) as {
    version: string;
  };
  return version;
}
