import { fileURLToPath } from "node:url";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EventNow } from "../../functions/site/event-now.ts";
import type { Shoal } from "../../local/shoal.ts";
import { type Publication, Publisher } from "../stack/publishing/publication.ts";
import { brokenRulesOn } from "./accessibility.ts";
import { inBrowser } from "./in-browser.ts";
import { startStack } from "./stack.ts";
import { openStudioPage } from "./studio-page.ts";
import { type FrameColour, Viewer } from "./viewer.ts";

// Plain colours as Y, Cb and Cr.
const red = [81, 90, 240] as const;
const blue = [41, 240, 110] as const;

const poster = fileURLToPath(new URL("../../docs/images/player.png", import.meta.url));

inBrowser("the studio", (browser) => {
  let shoal: Shoal;
  let context: BrowserContext;
  let page: Page;
  let link: string;
  let publisher: Publisher | undefined;
  let viewer: Viewer | undefined;
  let crashes: readonly string[];

  beforeAll(async () => {
    shoal = await startStack({ testCard: false });
    link = await shoal.makeStudioLink();
    ({ context, page, crashes } = await openStudioPage(browser));
  });
  afterAll(async () => {
    await publisher?.kill();
    await viewer?.close();
    await context?.close();
    await shoal?.stop();
  });

  const event = async () => (await (await fetch(new URL("event.json", shoal.url))).json()) as EventNow;

  test("shows nothing to who isn't signed in, and stands in no frame", async () => {
    const response = await page.goto(`${shoal.url}studio`);
    await page.getByText("You aren't signed in.").waitFor();
    expect(await page.locator("main > :is(section, form):visible").count()).toBe(0);
    const { "content-security-policy": policy = "", "x-frame-options": frame } = response?.headers() ?? {};
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(frame).toBe("DENY");
  });

  test("lets in by a link, which leaves the address, and stays open after a reload", async () => {
    await page.goto(link);
    // The same document with another hash wouldn't load anew.
    await page.reload();
    await page.getByText("Signed in as owner").waitFor();
    expect(page.url()).toBe(`${shoal.url}studio`);
    await page.reload();
    await page.getByText("Signed in as owner").waitFor();
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "Strict" });
  });

  test("edits the event, with a poster", async () => {
    await page.getByLabel("Title").fill("A concert");
    await page.getByLabel("Starts, in your time zone").fill("2030-01-02T20:00");
    await page.getByLabel("Poster, a JPEG").setInputFiles(poster);
    await page.getByAltText("The poster").waitFor();
    await page.getByLabel("Viewers see how many watch").check();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved.").waitFor();
    const { details } = await event();
    expect(details).toMatchObject({ title: "A concert", showsViewers: true, address: shoal.url });
    expect(new Date(details?.startsAt ?? 0).getUTCFullYear()).toBe(2030);
    const picture = await fetch(new URL(`pictures/${details?.poster?.name}`, shoal.url));
    expect(picture.headers.get("content-type")).toBe("image/png");
  });

  /** Sends what OBS would, to the server and with the key that the studio shows. */
  const publish = (url: string, colour: NonNullable<Publication["video"]>["colour"]) =>
    new Publisher({
      url,
      video: { codec: "h264", width: 640, height: 360, colour },
      audio: { codec: "aac" },
    });
  const addressShown = async () =>
    `${await page.locator("#server").textContent()}/${await page.locator("#key").textContent()}`;
  const viewerSees = (colour: FrameColour) =>
    expect.poll(() => viewer?.frameColour(), { timeout: 60_000 }).toBe(colour);

  test("goes live: from OBS's settings to the picture", async () => {
    await page.getByText("On the air, without a picture.").waitFor();
    expect(await addressShown()).not.toContain(shoal.status.obs.streamKey);
    await page.getByRole("button", { name: "Show the stream key" }).click();
    publisher = publish(await addressShown(), red);
    viewer = await Viewer.open(browser, shoal.url);
    await viewerSees("red");
    await page.getByText("On the air: viewers have a picture.").waitFor();
  });

  test("changes the stream key while on the air: who has the old one is cut off, and can't return", async () => {
    const old = await addressShown();
    await page.getByRole("button", { name: "Change the stream key" }).click();
    await page.getByText("whoever is on the air is cut off").waitFor();
    await page.getByRole("button", { name: "Keep it" }).click();
    expect(await addressShown()).toBe(old);
    await page.getByRole("button", { name: "Change the stream key" }).click();
    await page.getByRole("button", { name: "Change it now" }).click();
    await publisher?.ended();
    await page.getByText("On the air, without a picture.").waitFor();
    expect(await addressShown()).not.toBe(old);
    await publish(old, red).ended();
    publisher = publish(await addressShown(), blue);
    await viewerSees("blue");
  });

  test("takes the channel off the air by hand, and puts it back and off again by the schedule", async () => {
    await page.getByRole("button", { name: "Stop the channel" }).click();
    await page.locator("#live-state").getByText("Off the air.").waitFor();
    await page.getByLabel("Start the channel so many minutes before").fill("15");
    await page.getByLabel("Stop it so many minutes after").fill("60");
    await page.getByRole("button", { name: "Save the schedule" }).click();
    await page.getByText(/The channel starts .*7:45.* PM, and stops .*9:00.* PM/).waitFor();
    const show = new Date("2030-01-02T20:00").getTime();
    const passUntil = (minutes: number) => shoal.passTimeUntil(show + minutes * 60_000);
    await passUntil(-16);
    expect(shoal.status.channelState).toBe("IDLE");
    await passUntil(-14);
    await expect.poll(() => shoal.status.channelState, { timeout: 20_000 }).toBe("RUNNING");
    await passUntil(61);
    await expect.poll(() => shoal.status.channelState, { timeout: 20_000 }).toBe("IDLE");
  });

  test("passes an accessibility checker at 320 px, in the dark and in the light", async () => {
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await brokenRulesOn(page), colorScheme).toEqual([]);
    }
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBe(320);
  });

  test("ends a colleague's session, who came by an invitation", async () => {
    await page.getByRole("button", { name: "Invite a producer" }).click();
    const invitation = page.getByText("For whoever opens it first");
    await invitation.waitFor();
    const [address = ""] = /http\S+/.exec((await invitation.textContent()) ?? "") ?? [];
    const other = await browser.newContext();
    const colleague = await other.newPage();
    await colleague.goto(address);
    await colleague.getByText("Signed in as producer").waitFor();
    expect(await colleague.getByText("Invite an owner").isVisible()).toBe(false);
    await page.reload();
    await page.getByRole("button", { name: /^End / }).click();
    await page.getByRole("button", { name: /^End / }).waitFor({ state: "detached" });
    await colleague.reload();
    await colleague.getByText("You aren't signed in.").waitFor();
    // Neither link is good for twice.
    await colleague.goto(`${link.replace("#", "?#")}`);
    await colleague.getByText("This link was used").waitFor();
    await other.close();
  });

  test("signs in by a passkey that this device was given, until an owner removes it", async () => {
    const device = await browser.newContext();
    const studio = await device.newPage();
    const cdp = await device.newCDPSession(studio);
    await cdp.send("WebAuthn.enable");
    await cdp.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    // WebAuthn knows names, and no addresses.
    await studio.goto((await shoal.makeStudioLink()).replace("127.0.0.1", "localhost"));
    await studio.getByRole("button", { name: "Add a passkey" }).click();
    await studio.getByText("From now on this device signs in by its passkey.").waitFor();
    const signOut = studio.getByRole("button", { name: "Sign out" });
    const signIn = studio.getByRole("button", { name: "Sign in by a passkey" });
    await signOut.click();
    await signIn.click();
    await studio.getByText("Signed in as owner").waitFor();
    await studio.getByRole("button", { name: "Remove the passkey" }).click();
    // With it went the session that it opened.
    await studio.getByText("You aren't signed in.").waitFor();
    await studio.reload();
    await signIn.click();
    await studio.getByText("This passkey isn't known here").waitFor();
    await device.close();
  });

  test("lets nobody in after signing out", async () => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("You aren't signed in.").waitFor();
    expect(await context.cookies()).toEqual([]);
    expect(crashes).toEqual([]);
  });
});
