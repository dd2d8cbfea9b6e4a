/** What the event says, and its pictures. */

import { type Picture, parseDetails } from "../record/event-details.ts";
import { pictureOf } from "../record/pictures.ts";
import { readDetails, writeDetails, writePicture } from "../record/record.ts";
import { type Routes, textIn } from "./route.ts";

export const EVENT: Routes = {
  "GET event": async (_, __, { table }) => ({ status: 200, body: await readDetails(table) }),
  "PUT event": async ({ body }, _, { table }) => {
    const details = parseDetails(body);
    await writeDetails(table, details);
    return { status: 200, body: details };
  },
  "POST pictures": async ({ body }, _, { table }) => {
    const bytes = Buffer.from(textIn(body, "base64"), "base64");
    const picture: Picture = pictureOf(bytes);
    await writePicture(table, picture.name, bytes);
    return { status: 201, body: picture };
  },
};
