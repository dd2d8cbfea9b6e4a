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
    sharing: { mode: "on", ramp: 1, control: 0.02, consent: "implied", above: 0, reach: "world" },
    tracker: "world",
  });
});

test("SharingConsent, SharingAbove and SharingReach are in config.json, and the reach at the tracker", async () => {
  expect(await deployed({ SharingConsent: "ask", SharingAbove: "25", SharingReach: "lan" })).toEqual({
    sharing: { mode: "on", ramp: 1, control: 0.02, consent: "ask", above: 25, reach: "lan" },
    tracker: "lan",
  });
});

test("players and border agree on the control group, and the guard is on unless it is switched off", async () => {
  const of = async (parameters: Readonly<Record<string, string>>) => {
    const template = await readTemplate({ parameters });
    return [
      readConfig(readFunction(template, "SiteFunction").environment).sharing.control,
      Number(readFunction(template, "InsightsReportsFunction").environment["SHARING_CONTROL"]),
      ...["SHARING_GUARD", "SHARING_RAMP"].map(
        (name) => readFunction(template, "InsightsRollUpFunction").environment[name],
      ),
    ];
  };
  expect(await of({})).toEqual([0.02, 0.02, "on", "1"]);
  const others = { SharingControl: "0.1", SharingGuard: "off", SharingRamp: "0.5" };
  expect(await of(others)).toEqual([0.1, 0.1, "off", "0.5"]);
});

test.each(["SharingConsent", "SharingReach", "SharingGuard"])(
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
