/** What the broadcaster says of the event: the shape that is kept, and the parser that every writer goes through. */

export interface EventDetails {
  readonly title: string;
  /** Plain text; line breaks are kept. */
  readonly description: string;
  /** ISO 8601, in UTC; null when the broadcaster doesn't say. */
  readonly startsAt: string | null;
  /** Shown before and after the event, and in link previews. */
  readonly poster: Picture | null;
  readonly logo: Picture | null;
  readonly colours: {
    /** Marks and edges: `#rrggbb`. */
    readonly accent: string | null;
    /** The page behind the text; text is black or white, whichever can be read on it. */
    readonly background: string | null;
  };
  /** Whether viewers see how many watch. */
  readonly showsViewers: boolean;
  /** The page's own address, which link previews need whole. */
  readonly address: string;
}

/** A picture in the record (pictures.ts). */
export interface Picture {
  /** A hash of its bytes and what it is: `RbK…Q.png`. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/** A detail that can't be kept. The message is for the person who wrote it. */
export class DetailsError extends Error {
  override readonly name = "DetailsError";
}

const TITLE_LENGTH = 100;
const DESCRIPTION_LENGTH = 2_000;
const ADDRESS_LENGTH = 300;

const PICTURE_NAME = /^[\w-]{22}\.(?:jpg|png)$/;
const COLOUR = /^#[0-9a-f]{6}$/;

/** Reads details from unknown input, such as a form or a stored item. Throws a DetailsError that says what is wrong. */
export function parseDetails(input: unknown): EventDetails {
  const from = fields(input, "An event");
  const colours = fields(from["colours"] ?? {}, "Colours");
  return {
    title: titleIn(from["title"]),
    description: text(from["description"] ?? "", "The description", DESCRIPTION_LENGTH),
    startsAt: startIn(from["startsAt"] ?? null),
    poster: pictureIn(from["poster"] ?? null, "The poster"),
    logo: pictureIn(from["logo"] ?? null, "The logo"),
    colours: {
      accent: colourIn(colours["accent"] ?? null, "The accent"),
      background: colourIn(colours["background"] ?? null, "The background"),
    },
    showsViewers: from["showsViewers"] === true,
    address: addressIn(from["address"]),
  };
}

function fields(input: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof input !== "object" || input === null) throw new DetailsError(`${what} must be an object.`);
  return input as Readonly<Record<string, unknown>>;
}

function text(value: unknown, what: string, longest: number): string {
  if (typeof value !== "string") throw new DetailsError(`${what} must be a text.`);
  const tidy = value.replace(/\r\n?/g, "\n").trim();
  if (tidy.length > longest)
    throw new DetailsError(`${what} has ${tidy.length} characters; at most ${longest} fit.`);
  return tidy;
}

function titleIn(value: unknown): string {
  const title = text(value ?? "", "The title", TITLE_LENGTH).replace(/\s+/g, " ");
  if (title === "") throw new DetailsError("An event needs a title.");
  return title;
}

function startIn(value: unknown): string | null {
  if (value === null) return null;
  // With an offset, since a time without one means another moment on another machine.
  const isWhole =
    typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(value);
  if (!isWhole || Number.isNaN(Date.parse(value))) {
    throw new DetailsError("The start must be a time with its offset, such as 2026-12-01T20:00+01:00.");
  }
  return new Date(value).toISOString();
}

function pictureIn(value: unknown, what: string): Picture | null {
  if (value === null) return null;
  const { name, width, height } = fields(value, what);
  const isSize = (size: unknown): size is number => Number.isInteger(size) && Number(size) > 0;
  if (typeof name !== "string" || !PICTURE_NAME.test(name) || !isSize(width) || !isSize(height)) {
    throw new DetailsError(`${what} isn't one of this channel's pictures.`);
  }
  return { name, width, height };
}

function colourIn(value: unknown, what: string): string | null {
  if (value === null) return null;
  const colour = String(value).toLowerCase();
  if (!COLOUR.test(colour)) throw new DetailsError(`${what} must be a colour such as #1d6fb8.`);
  return colour;
}

function addressIn(value: unknown): string {
  const address = typeof value === "string" && URL.canParse(value) ? new URL(value) : null;
  const isPage = address !== null && /^https?:$/.test(address.protocol) && address.href.endsWith("/");
  if (!isPage || address.href.length > ADDRESS_LENGTH) {
    throw new DetailsError("The page's address must be a web address that ends with a slash.");
  }
  return address.href;
}
