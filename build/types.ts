/** Writes the modules' types beside them: `module/NAME.d.ts`, over the declarations that each of them reaches. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { modules } from "./modules.ts";

const root = resolve(import.meta.dirname, "..");
const specifier = /(?:from|import)\s*\(?\s*"(\.[^"]+)\.ts"/g;

/** Writes into the folder that the modules were built into. Throws with the compiler's words when it fails. */
export async function writeTypes(folder: string): Promise<void> {
  const emitted = await mkdtemp(join(tmpdir(), "shoal-types-"));
  try {
    await emitDeclarations(emitted);
    const waiting = Object.values(modules).map((source) => join(emitted, declaration(source)));
    const copied = new Set<string>();
    for (let file = waiting.pop(); file; file = waiting.pop()) {
      if (copied.has(file)) continue;
      copied.add(file);
      const text = await readFile(file, "utf8");
      const from = file;
      waiting.push(
        ...Array.from(text.matchAll(specifier), ([, path]) => resolve(dirname(from), `${path}.d.ts`)),
      );
      await write(join(folder, "module/types", relative(emitted, file)), text);
    }
    for (const [name, source] of Object.entries(modules)) {
      await write(join(folder, `module/${name}.d.ts`), `export * from "./types/${source}";\n`);
    }
    await write(
      join(folder, "module/shoal.global.d.ts"),
      'export * from "./shoal.js";\nexport as namespace Shoal;\n',
    );
  } finally {
    await rm(emitted, { recursive: true, force: true });
  }
}

async function emitDeclarations(outDir: string): Promise<void> {
  const config = join(outDir, "tsconfig.json");
  await writeFile(
    config,
    JSON.stringify({
      extends: join(root, "web/tsconfig.json"),
      compilerOptions: {
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        outDir,
        rootDir: root,
        typeRoots: [],
      },
      include: [join(root, "web/styles.d.ts")],
      files: Object.values(modules).map((source) => join(root, source)),
    }),
  );
  try {
    await promisify(execFile)(process.execPath, [
      join(root, "node_modules/typescript/bin/tsc"),
      "-p",
      config,
    ]);
  } catch (error) {
    throw new Error(
      `The modules' types can't be written:\n${(error as { stdout?: string }).stdout ?? error}`,
    );
  }
}

function declaration(source: string): string {
  return source.replace(/\.ts$/, ".d.ts");
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
