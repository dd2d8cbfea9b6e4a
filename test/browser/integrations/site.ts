/**
 * A site on another origin than a private stream, whose visitors it lets in by tokens of its own. It serves the pages of web/examples/, with the running stack's address
 * instead of `https://live.example.com`, and their players from node_modules instead of the public CDN, which tests
 * can't reach.
 */

import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve } from "node:path";
import { SignJWT } from "jose";
import type { BrowserContext } from "playwright-core";
import type { KeptReport } from "../../../functions/insights/kept-report.ts";

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
  /** What players have reported. */
  reports: () => Promise<KeptReport[]> = async () => [];
  /** What a visitor's token is signed with. */
  readonly secret = randomBytes(32).toString("hex");
  /** Lets a visitor in. */
  token = "";

  constructor() {
    this.#server = createServer(async ({ url = "/" }, response) => {
      const path = url.split("?")[0] ?? "/";
      const text = await this.#text(path).catch(() => null);
      if (text === null) return void response.writeHead(404).end();
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...this.#headers.get(path) });
      response.end(this.#withToken(text).replaceAll("https://live.example.com", this.deployment));
    });
  }

  async open(): Promise<void> {
    await new Promise<void>((done) => this.#server.listen(0, done));
    this.token = await new SignJWT({ iss: this.origin, aud: "shoal" })
      .setProtectedHeader({ alg: "HS256" })
      .setExpirationTime("1h")
      .sign(new TextEncoder().encode(this.secret));
  }

  /** The parameters of the stack that lets its visitors in. */
  get parameters(): Readonly<Record<string, string>> {
    return {
      EmbedOrigins: this.origin,
      TokenKey: this.secret,
      TokenIssuer: this.origin,
      TokenAudience: "shoal",
    };
  }

  /** Modules are given the visitor's token, and frames have it behind their address. */
  #withToken(text: string): string {
    const token = JSON.stringify(this.token);
    return text
      .replaceAll(
        'readStream("https://live.example.com")',
        `readStream("https://live.example.com", { token: ${token} })`,
      )
      .replace(/(?<="https:\/\/live\.example\.com\/embed\.html[^"]*)(?=")/g, `#token=${this.token}`);
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
