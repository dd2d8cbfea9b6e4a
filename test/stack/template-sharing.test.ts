/** What the parameters for sharing say reaches the player's configuration and the tracker. */
import { expect, test } from "vitest";
import { readConfig } from "../../functions/site/config.ts";
import { readOptions } from "../../local/options.ts";
import { parametersFor } from "../../local/shoal/choices.ts";
import { readFunction } from "../../local/template/functions.ts";
import { readTemplate } from "../../local/template.ts";

async function deployed(parameters: Readonly<Record<string, string>>) {
  const template = await readTemplate({ parameters });
  const { sharing } = readConfig(readFunction(template, "SiteFunction").environment);
  return { sharing, tracker: readFunction(template, "TrackerFunction").environment["SHARING_REACH"] };
}

test("without parameters viewers share with the world, however few they are, and aren't asked", async () => {
  expect(await deployed({})).toEqual({
    sharing: { mode: "on", ramp: 1, consent: "implied", above: 0, reach: "world" },
    tracker: "world",
  });
});

test("SharingConsent, SharingAbove and SharingReach are in config.json, and the reach at the tracker", async () => {
  expect(await deployed({ SharingConsent: "ask", SharingAbove: "25", SharingReach: "lan" })).toEqual({
    sharing: { mode: "on", ramp: 1, consent: "ask", above: 25, reach: "lan" },
    tracker: "lan",
  });
});

test.each(["SharingConsent", "SharingReach"])(
  "%s takes no value that the functions don't know",
  async (name) => {
    await expect(deployed({ [name]: "sometimes" })).rejects.toThrow(`The parameter ${name} is "sometimes"`);
  },
);

test("the options of `npm start` set the same parameters", async () => {
  const args = ["--sharing-consent", "notice", "--sharing-above", "3", "--sharing-reach", "network"];
  const command = readOptions(args, {});
  if (command.kind !== "start") throw new Error("that was a call for help");
  expect(await deployed(parametersFor(command.options))).toMatchObject({
    sharing: { consent: "notice", above: 3, reach: "network" },
    tracker: "network",
  });
  expect(parametersFor({ ladder: "540p" })).toEqual({ Ladder: "540p" });
});
