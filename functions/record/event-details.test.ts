import { expect, test } from "vitest";
import { DetailsError, parseDetails } from "./event-details.ts";

const picture = { name: "abcdefghijklmnopqrstuv.png", width: 1280, height: 720 };
const WHOLE = {
  title: "A concert",
  description: "Two lines\nof text.",
  startsAt: "2026-12-01T19:00:00.000Z",
  poster: picture,
  logo: { ...picture, name: "abcdefghijklmnopqrstuv.jpg" },
  colours: { accent: "#1d6fb8", background: "#ffffff" },
  showsViewers: true,
  address: "https://live.example.com/",
};

test("what was read is read again as it is", () => {
  expect(parseDetails(WHOLE)).toEqual(WHOLE);
  expect(parseDetails(JSON.parse(JSON.stringify(parseDetails(WHOLE))))).toEqual(WHOLE);
});

test("a title and the page's address are enough", () => {
  expect(parseDetails({ title: " A  concert\n", address: WHOLE.address })).toEqual({
    title: "A concert",
    description: "",
    startsAt: null,
    poster: null,
    logo: null,
    colours: { accent: null, background: null },
    showsViewers: false,
    address: WHOLE.address,
  });
});

test("a start with an offset is kept in UTC", () => {
  expect(parseDetails({ ...WHOLE, startsAt: "2026-12-01T20:00+01:00" }).startsAt).toBe(WHOLE.startsAt);
});

test.each([
  [null, "An event must be an object."],
  [{ ...WHOLE, title: "" }, "An event needs a title."],
  [{ ...WHOLE, title: null }, "An event needs a title."],
  [{ ...WHOLE, title: 7 }, "The title must be a text."],
  [{ ...WHOLE, title: "x".repeat(101) }, "The title has 101 characters; at most 100 fit."],
  [{ ...WHOLE, description: "x".repeat(2001) }, "The description has 2001 characters"],
  [{ ...WHOLE, startsAt: "2026-12-01T20:00" }, "The start must be a time with its offset"],
  [{ ...WHOLE, startsAt: "2026-13-01T20:00Z" }, "The start must be a time with its offset"],
  [{ ...WHOLE, startsAt: 7 }, "The start must be a time with its offset"],
  [{ ...WHOLE, poster: "x.png" }, "The poster must be an object."],
  [
    { ...WHOLE, poster: { ...picture, name: "../x.png" } },
    "The poster isn't one of this channel's pictures.",
  ],
  [{ ...WHOLE, logo: { ...picture, width: 0 } }, "The logo isn't one of this channel's pictures."],
  [{ ...WHOLE, logo: { ...picture, height: "9" } }, "The logo isn't one of this channel's pictures."],
  [{ ...WHOLE, colours: { accent: "red;}" } }, "The accent must be a colour"],
  [{ ...WHOLE, colours: { background: "#12345" } }, "The background must be a colour"],
  [{ ...WHOLE, address: "javascript:alert(1)/" }, "The page's address must be a web address"],
  [{ ...WHOLE, address: "https://live.example.com/embed" }, "The page's address must be a web address"],
  [{ ...WHOLE, address: `https://live.example.com/${"x".repeat(300)}/` }, "The page's address must be"],
  [{ ...WHOLE, address: undefined }, "The page's address must be"],
])("%j can't be kept", (input, reason) => {
  expect(() => parseDetails(input)).toThrow(DetailsError);
  expect(() => parseDetails(input)).toThrow(reason);
});
