/** `npm run live`: brings the deployed channel on the air and off it, and says how things stand. */

import { parseArgs } from "node:util";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { MediaLiveClient } from "@aws-sdk/client-medialive";
import { cloudWatchMetrics } from "../functions/channel/auto-stop/metrics-cloudwatch.ts";
import { channelState, startChannel, stopChannel } from "../functions/channel/channels-medialive.ts";
import { wallClock } from "../functions/channel/reach.ts";
import { channelHour } from "./cost/estimate.ts";
import { renditionsOf } from "./cost/stack.ts";
import { type Command, run } from "./live/commands.ts";
import { findDeployment } from "./live/deployment.ts";
import { inWords } from "./live/errors.ts";

const HELP = `npm run live -- start | stop | status [options]

  start            brings the channel on the air; prints what to enter in OBS, and the link
  stop             takes it off the air
  status           says whether it runs, and whether anything comes in

  --stack NAME     the stack's name (default shoal)
  --region NAME    its region (default: that of your AWS configuration)
  --help           this text

Credentials come from where the AWS CLI takes them.
`;

const COMMANDS: readonly string[] = ["start", "stop", "status"] satisfies Command[];

const asked = readArguments();
if (asked) {
  await live(asked.command, asked.stack, asked.region).catch((error: unknown) => {
    console.error(inWords(error));
    process.exitCode = 1;
  });
}

function readArguments(): { command: Command; stack: string; region: string | undefined } | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        stack: { type: "string", default: "shoal" },
        region: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      console.log(HELP);
      return undefined;
    }
    const [command, ...others] = positionals;
    if (!isCommand(command) || others.length > 0) throw new Error(`Say one of ${COMMANDS.join(", ")}.`);
    return { command, stack: values.stack, region: values.region };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    process.exitCode = 2;
    return undefined;
  }
}

function isCommand(word: string | undefined): word is Command {
  return word !== undefined && COMMANDS.includes(word);
}

async function live(command: Command, stack: string, region: string | undefined): Promise<void> {
  const where = region ? { region } : {};
  const deployment = await findDeployment(stack, new CloudFormationClient(where));
  const mediaLive = new MediaLiveClient(where);
  const metrics = cloudWatchMetrics(new CloudWatchClient(where));
  await run(command, {
    deployment,
    dollarsAnHour: channelHour(await renditionsOf(deployment.ladder), deployment.hasTwoPipelines),
    channels: {
      state: channelState(mediaLive),
      start: startChannel(mediaLive),
      stop: stopChannel(mediaLive),
    },
    clock: wallClock,
    lastMinutes: (minutes) => metrics.lastMinutes(deployment.channelId, minutes),
    print: console.log,
  });
}
