/**
 * A site on another origin than the stream. It serves the pages of web/examples/, with the running stack's address
 * instead of `https://live.example.com`, and their players from node_modules instead of the public CDN, which tests
 * can't reach.
 */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve } from "node:path";
import type { BrowserContext } from "playwright-core";

const root = resolve(import.meta.dirname, "../../..");
const packages = /^https:\/\/cdn\.jsdelivr\.net\/npm\/((?:@[\w-]+\/)?[\w.-]+)@([\d.]+)\/(.+)$/;

const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".svg": "image/svg+xml",
};

export class Site {
  readonly #server: Server;
  readonly #pages = new Map<string, string>();
  readonly #headers = new Map<string, Readonly<Record<string, string>>>();
  /** Address of the stack, without a trailing slash. */
  deployment = "";

  constructor() {
    this.#server = createServer(async ({ url = "/" }, response) => {
      const path = url.split("?")[0] ?? "/";
      const text = await this.#text(path).catch(() => null);
      if (text === null) return void response.writeHead(404).end();
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...this.#headers.get(path) });
      response.end(text.replaceAll("https://live.example.com", this.deployment));
    });
  }

  open(): Promise<void> {
    return new Promise((done) => this.#server.listen(0, done));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Address of an example. */
  page(name: string): string {
    return `${this.origin}/${name}`;
  }

  /** Adds a page to the site. Returns its address. */
  put(name: string, html: string, headers: Readonly<Record<string, string>> = {}): string {
    this.#pages.set(`/${name}`, html);
    this.#headers.set(`/${name}`, headers);
    return this.page(name);
  }

  close(): Promise<unknown> {
    this.#server.closeAllConnections();
    return new Promise((done) => this.#server.close(done));
  }

  async #text(path: string): Promise<string> {
    return this.#pages.get(path) ?? readFile(join(root, "web/examples", path), "utf8");
  }
}

const headers = { "access-control-allow-origin": "*" };

/** Answers requests to the public CDN from node_modules. Fails if a page requests another version. */
export async function servePackages(context: BrowserContext): Promise<void> {
  await context.route(packages, async (route) => {
    const [, name = "", version, path = ""] = packages.exec(route.request().url().split("?")[0] ?? "") ?? [];
    const folder = join(root, "node_modules", name);
    // Vidstack requests icons for its own controls, which the example doesn't use.
    if (!existsSync(folder)) return route.fulfill({ body: "", contentType: "text/javascript", headers });
    const installed = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { version: string };
    if (installed.version !== version) {
      throw new Error(`A page requests ${name} ${version}, but ${installed.version} is installed.`);
    }
    await route.fulfill({
      body: await readFile(join(folder, path)),
      contentType: types[extname(path)] ?? "application/octet-stream",
      headers,
    });
  });
}
