/**
 * `npm run live`: brings the channel on the air and off it, says how things stand, and decides who may watch a private
 * stream; in the cloud or on this machine.
 */

import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { wallClock } from "../functions/channel/reach.ts";
import { hashOf } from "../functions/tickets/password.ts";
import { stateFolder } from "../local/kept-secrets.ts";
import { linkTable, namesIn, newPassword, readLinkWishes } from "./live/access.ts";
import { type Command, run } from "./live/commands.ts";
import { type EventChanges, setEvent } from "./live/event-command.ts";
import { explainError } from "./live/explain-error.ts";
import { channelInCloud, channelOnThisMachine, eventInCloud, eventOnThisMachine } from "./live/targets.ts";

const HELP = `npm run live -- start | stop | status | event | studio | links | password | revoke [options]

  start            brings the channel on the air; prints what to enter in OBS, and the link
  stop             takes it off the air
  status           says whether it runs, and whether anything comes in
  event            says what the event page shows, and changes it:
    --title TEXT, --description TEXT
    --starts TIME             such as 2026-12-01T20:00+01:00
    --poster FILE, --logo FILE    a JPEG or PNG of at most 380 KB
    --accent COLOUR, --background COLOUR    such as "#1d6fb8"
    --viewers shown|hidden    whether viewers see how many watch
                   An empty text ("") takes a detail away.
  studio           prints a link to the studio, where the event is edited: good for once and ten minutes

  links            makes personal links for a private stream, as a table in CSV
    --count N        so many (default 1), or
    --names FILE     one for each name in a file, one a line
    --viewers N      how many may watch by each at a time (default 1)
    --until DAY      until the end of that day, such as 2026-12-31 (default today)
    --file FILE      where to write them (default: the screen)
  password         makes a password, and its hash for the parameter PasswordHash; one of your own is taken from a pipe
  revoke           ends every ticket and personal link given so far; who knows the password gets in again

  --local          the channel that npm start runs on this machine, in place of a deployed one
  --stack NAME     the deployed stack's name (default shoal)
  --region NAME    its region (default: that of your AWS configuration)
  --help           this text

Credentials come from where the AWS CLI takes them. With --local none are needed.
`;

const CHANNEL_COMMANDS: readonly string[] = ["start", "stop", "status"] satisfies Command[];
const COMMANDS: readonly string[] = [...CHANNEL_COMMANDS, "event", "studio", "links", "password", "revoke"];

/** What `event` sets; `links` has another meaning for `viewers`. */
const EVENT_OPTIONS = {
  title: { type: "string" },
  description: { type: "string" },
  starts: { type: "string" },
  poster: { type: "string" },
  logo: { type: "string" },
  accent: { type: "string" },
  background: { type: "string" },
  viewers: { type: "string" },
} as const;

const OPTIONS = {
  ...EVENT_OPTIONS,
  local: { type: "boolean", default: false },
  stack: { type: "string" },
  region: { type: "string" },
  count: { type: "string" },
  names: { type: "string" },
  until: { type: "string" },
  file: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

type Request = NonNullable<ReturnType<typeof readArguments>>;

const request = readArguments();
if (request) {
  await live(request).catch((error: unknown) => {
    console.error(explainError(error));
    process.exitCode = 1;
  });
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
    if (values.help) {
      console.log(HELP);
      return undefined;
    }
    const [command = "", ...others] = positionals;
    if (!COMMANDS.includes(command) || others.length > 0)
      throw new Error(`Say one of ${COMMANDS.join(", ")}.`);
    if (values.local && (values.stack ?? values.region) !== undefined)
      throw new Error("--local takes neither --stack nor --region.");
    const changes: EventChanges = Object.fromEntries(
      Object.entries(values).filter(([name]) => name in EVENT_OPTIONS),
    );
    const [change] = Object.keys(changes).filter((name) => name !== "viewers");
    if (command !== "event" && change !== undefined) throw new Error(`--${change} is for event.`);
    return { ...values, command, changes };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    process.exitCode = 2;
    return undefined;
  }
}

async function live(request: Request): Promise<void> {
  const { command, changes, local, stack = "shoal", region } = request;
  if (command === "password") return makePassword();
  if (command === "event" || command === "studio") {
    const event = await (local ? eventOnThisMachine(stateFolder(process.env)) : eventInCloud(stack, region));
    if (command === "event") return setEvent(changes, { ...event, readFile, print: console.log });
    const link = await event.makeStudioLink();
    console.log(`The studio, for whoever opens this first, within ten minutes:\n${link}`);
    return;
  }
  const target = await (local
    ? channelOnThisMachine(stateFolder(process.env))
    : channelInCloud(stack, region));
  if (isChannelCommand(command)) return run(command, { ...target, clock: wallClock, print: console.log });
  if (command === "links") return makeLinks(request, target);
  console.log("Revoking. In the cloud that takes some minutes.");
  console.log(`Generation ${await target.revoke()}: tickets and links of before open nothing any more.`);
}

function isChannelCommand(command: string): command is Command {
  return CHANNEL_COMMANDS.includes(command);
}

async function makeLinks(
  request: Request,
  { deployment: { playerUrl, linkKey, isPrivate }, generation }: Awaited<ReturnType<typeof channelInCloud>>,
): Promise<void> {
  if (!isPrivate || linkKey === undefined)
    throw new Error("The stream is open: deploy it with Access=private first.");
  const names = request.names === undefined ? null : namesIn(await readFile(request.names, "utf8"));
  const wishes = readLinkWishes(request, names, new Date());
  const stream = { playerUrl, linkKey, generation: await generation() };
  const table = linkTable(wishes, stream, () => randomBytes(6).toString("base64url"));
  if (request.file === undefined) process.stdout.write(table);
  else await writeFile(request.file, table, { mode: 0o600 });
}

async function makePassword(): Promise<void> {
  const own = process.stdin.isTTY ? "" : (await text(process.stdin)).trim();
  const password = own || newPassword(randomBytes(16));
  if (!own) console.log(`Password      ${password}`);
  console.log(`PasswordHash  ${await hashOf(password, randomBytes(16))}`);
}
