/** `node build/screenshot-studio.ts`: takes the README's picture of the studio, from the running stack. */

import { resolve } from "node:path";
import { startBrowser } from "../test/browser/chromium.ts";
import { startStack } from "../test/browser/stack.ts";

const picture = resolve(import.meta.dirname, "../docs/images/studio.png");

const shoal = await startStack();
const browser = await startBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 760, height: 560 }, colorScheme: "light" });
  await page.goto(await shoal.makeStudioLink());
  await page.getByText("On the air: viewers have a picture.").waitFor();
  await page.screenshot({ path: picture });
  console.log("Took docs/images/studio.png.");
} finally {
  await browser.close();
  await shoal.stop();
}
