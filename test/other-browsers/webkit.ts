/**
 * Drives WebKitGTK's MiniBrowser by WebKitWebDriver, which speaks classic WebDriver (https://w3c.github.io/webdriver/):
 * one HTTP request for each command. Clients on npm bring other browsers' drivers; these tests need eight.
 */

import { spawn } from "node:child_process";
import { onPath } from "../browser/executables.ts";
import { until } from "../browser/until.ts";
import { freePort } from "../free-port.ts";
import type { DrivenPage } from "./driven-page.ts";

/** Keys that aren't characters, by WebDriver's table of normalised key values. */
const keyCodes: Record<string, string> = { End: "\uE010" };

// On a machine without a locale, WebKit calls its language "c", which Intl refuses.
const env = { ...process.env, LANG: "en_US.UTF-8", LC_ALL: "en_US.UTF-8" };

export async function startWebKit(): Promise<DrivenPage> {
  const [path] = onPath("WebKitWebDriver");
  if (!path) throw new Error("WebKitWebDriver isn't installed: run .ci/browsers/install.");
  if (!process.env["DISPLAY"] && !process.env["WAYLAND_DISPLAY"])
    throw new Error("WebKitGTK needs a display: run the tests by xvfb-run --auto-servernum.");
  const port = await freePort();
  const driver = spawn(path, [`--port=${port}`], { stdio: "ignore", env });
  const stop = () => driver.kill();
  process.once("exit", stop);
  try {
    const server = `http://127.0.0.1:${port}`;
    await until("WebKitWebDriver listens", () => listens(server));
    return await openSession(server, stop);
  } catch (error) {
    stop();
    throw error;
  }
}

interface Session {
  sessionId: string;
  capabilities: { browserName: string; browserVersion: string };
}

async function openSession(server: string, stopDriver: () => void): Promise<DrivenPage> {
  const { sessionId, capabilities } = await command<Session>("POST", `${server}/session`, {
    capabilities: {},
  });
  const session = `${server}/session/${sessionId}`;
  await command("POST", `${session}/window/rect`, { width: 960, height: 640 });
  return {
    browser: `${capabilities.browserName}/${capabilities.browserVersion}`,
    open: (url) => command("POST", `${session}/url`, { url }),
    evaluate: (expression) =>
      command("POST", `${session}/execute/sync`, { script: `return (${expression})`, args: [] }),
    press: async (key) => {
      const value = keyCodes[key] ?? key;
      const actions = ["keyDown", "keyUp"].map((type) => ({ type, value }));
      await command("POST", `${session}/actions`, { actions: [{ type: "key", id: "keyboard", actions }] });
    },
    screenshot: async () => Buffer.from(await command<string>("GET", `${session}/screenshot`), "base64"),
    close: async () => {
      await command("DELETE", session);
      stopDriver();
    },
  };
}

function listens(server: string): Promise<boolean> {
  return fetch(`${server}/status`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Sends a command and returns its result; rejects with what the driver says of a failure. */
async function command<T>(
  method: "GET" | "POST" | "DELETE",
  address: string,
  parameters?: object,
): Promise<T> {
  const body = parameters ? JSON.stringify(parameters) : null;
  const response = await fetch(address, { method, body });
  const { value } = (await response.json()) as { value: T & Partial<Record<"error" | "message", string>> };
  if (!response.ok) throw new Error(`WebKitWebDriver: ${value.error}: ${value.message}`);
  return value;
}
