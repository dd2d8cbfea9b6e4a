/**
 * `npm run live`: brings the channel on the air and off it, and says how things stand, in the cloud or on this machine.
 */

import { parseArgs } from "node:util";
import { wallClock } from "../functions/channel/reach.ts";
import { stateFolder } from "../local/kept-secrets.ts";
import { type Command, run } from "./live/commands.ts";
import { explainError } from "./live/explain-error.ts";
import { channelInCloud, channelOnThisMachine } from "./live/targets.ts";

const HELP = `npm run live -- start | stop | status [options]

  start            brings the channel on the air; prints what to enter in OBS, and the link
  stop             takes it off the air
  status           says whether it runs, and whether anything comes in

  --local          the channel that npm start runs on this machine, in place of a deployed one
  --stack NAME     the deployed stack's name (default shoal)
  --region NAME    its region (default: that of your AWS configuration)
  --help           this text

Credentials come from where the AWS CLI takes them. With --local none are needed.
`;

const COMMANDS: readonly string[] = ["start", "stop", "status"] satisfies Command[];

interface Request {
  readonly command: Command;
  readonly local: boolean;
  readonly stack: string | undefined;
  readonly region: string | undefined;
}

const request = readArguments();
if (request) {
  await live(request).catch((error: unknown) => {
    console.error(explainError(error));
    process.exitCode = 1;
  });
}

function readArguments(): Request | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        local: { type: "boolean", default: false },
        stack: { type: "string" },
        region: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      console.log(HELP);
      return undefined;
    }
    const { local, stack, region } = values;
    const [command, ...others] = positionals;
    if (!isCommand(command) || others.length > 0) throw new Error(`Say one of ${COMMANDS.join(", ")}.`);
    if (local && (stack ?? region) !== undefined)
      throw new Error("--local takes neither --stack nor --region.");
    return { command, local, stack, region };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    process.exitCode = 2;
    return undefined;
  }
}

function isCommand(word: string | undefined): word is Command {
  return word !== undefined && COMMANDS.includes(word);
}

async function live({ command, local, stack = "shoal", region }: Request): Promise<void> {
  const target = await (local
    ? channelOnThisMachine(stateFolder(process.env))
    : channelInCloud(stack, region));
  await run(command, { ...target, clock: wallClock, print: console.log });
}
