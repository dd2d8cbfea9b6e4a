/** `npm run live -- event`: sets what the event page says, and prints it. */

import { type EventDetails, parseDetails } from "../../functions/record/event-details.ts";
import { pictureOf } from "../../functions/record/pictures.ts";

/** What was written on the command line. An empty text takes the detail away. */
export interface EventChanges {
  readonly title?: string;
  readonly description?: string;
  readonly starts?: string;
  /** Files. */
  readonly poster?: string;
  readonly logo?: string;
  readonly accent?: string;
  readonly background?: string;
  readonly viewers?: string;
}

export interface EventServices {
  /** The page's address. */
  readonly playerUrl: string;
  readDetails(): Promise<EventDetails | null>;
  writeDetails(details: EventDetails): Promise<void>;
  writePicture(name: string, bytes: Buffer): Promise<void>;
  readFile(path: string): Promise<Buffer>;
  print(line: string): void;
}

/** Without changes, only prints. Throws a DetailsError for what can't be kept; nothing is changed then. */
export async function setEvent(changes: EventChanges, services: EventServices): Promise<void> {
  const before = await services.readDetails();
  if (Object.keys(changes).length === 0) {
    if (before) for (const line of linesOf(before)) services.print(line);
    else services.print('There is no event. Set one: npm run live -- event --title "Our show"');
    return;
  }
  const pictures = {
    poster: await pictureAt(changes.poster, services),
    logo: await pictureAt(changes.logo, services),
  };
  const details = parseDetails({
    ...before,
    ...given("title", changes.title),
    ...given("description", changes.description),
    ...given("startsAt", changes.starts),
    ...given("poster", pictures.poster?.picture),
    ...given("logo", pictures.logo?.picture),
    colours: {
      ...before?.colours,
      ...given("accent", changes.accent),
      ...given("background", changes.background),
    },
    showsViewers: changes.viewers === undefined ? before?.showsViewers : showsViewers(changes.viewers),
    address: services.playerUrl,
  });
  // Pictures first, so that no page ever names one that isn't there.
  for (const each of Object.values(pictures)) {
    if (each?.picture) await services.writePicture(each.picture.name, each.bytes);
  }
  await services.writeDetails(details);
  for (const line of linesOf(details)) services.print(line);
  services.print("It is on viewers' screens within ten seconds.");
}

/** An empty text stands for none. A title can't be taken away, so the parser refuses it. */
function given(name: string, value: unknown): Readonly<Record<string, unknown>> {
  return value === undefined ? {} : { [name]: value === "" ? null : value };
}

async function pictureAt(path: string | undefined, { readFile }: EventServices) {
  if (path === undefined) return undefined;
  if (path === "") return { picture: null, bytes: Buffer.alloc(0) };
  const bytes = await readFile(path);
  return { picture: pictureOf(bytes), bytes };
}

function showsViewers(word: string): boolean {
  if (word !== "shown" && word !== "hidden") throw new Error("--viewers must be shown or hidden.");
  return word === "shown";
}

function linesOf(details: EventDetails): string[] {
  const { title, description, startsAt, poster, logo, colours, address } = details;
  const size = (picture: EventDetails["poster"]) => (picture ? `${picture.width}×${picture.height}` : "none");
  return [
    `Title        ${title}`,
    `Description  ${description || "none"}`,
    `Starts       ${startsAt ? new Date(startsAt).toString() : "not said"}`,
    `Poster       ${size(poster)}`,
    `Logo         ${size(logo)}`,
    `Accent       ${colours.accent ?? "none"}`,
    `Background   ${colours.background ?? "none"}`,
    `Viewers      ${details.showsViewers ? "shown" : "hidden"}`,
    `The link     ${address}`,
  ];
}
