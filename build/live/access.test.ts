import { describe, expect, test } from "vitest";
import { readLink } from "../../functions/tickets/links.ts";
import { linkTable, namesIn, newPassword, readLinkWishes } from "./access.ts";

const stream = { playerUrl: "https://live.example.com/", linkKey: "a key", generation: 3 };
const now = new Date("2026-11-29T19:00:00");
const tonight = Math.floor(new Date("2026-11-29T23:59:59").getTime() / 1000);

describe("personal links", () => {
  test("are a table of names and links, each with an id of its own", () => {
    let ids = 0;
    const wishes = { names: ["Ann", 'Bob "B", jr.'], viewers: 2, until: tonight };
    const [head, ann = "", bob = "", end] = linkTable(wishes, stream, () => `id-${++ids}`).split("\r\n");
    expect([head, end]).toEqual(["name,link", ""]);
    expect(ann).toMatch(/^Ann,https:\/\/live\.example\.com\/#link=/);
    expect(bob).toMatch(/^"Bob ""B"", jr\.",https:/);
    const read = (row: string) => readLink(row.split("#link=")[1] ?? "");
    expect(read(ann)).toEqual({ id: "id-1", seats: 2, until: tonight, generation: 3 });
    expect(read(bob).id).toBe("id-2");
  });

  test("are one for one viewer until tonight, unless more is said", () => {
    expect(readLinkWishes({}, null, now)).toEqual({ names: ["Viewer 1"], viewers: 1, until: tonight });
    const wishes = readLinkWishes({ count: "3", viewers: "2", until: "2026-12-01" }, null, now);
    expect(wishes.names).toEqual(["Viewer 1", "Viewer 2", "Viewer 3"]);
    expect(wishes).toMatchObject({ viewers: 2, until: tonight + 2 * 86_400 });
    expect(readLinkWishes({}, ["Ann"], now).names).toEqual(["Ann"]);
  });

  test.each([
    [{ count: "0" }, null, "--count is 0"],
    [{ count: "many" }, null, "--count is many"],
    [{ viewers: "21" }, null, "from 1 to 20"],
    [{ until: "tomorrow" }, null, "must be a day"],
    [{ until: "2026-99-99" }, null, "must be a day"],
    [{ until: "2026-11-28" }, null, "is over"],
    [{ count: "2" }, ["Ann"], "either --names or --count"],
    [{}, [], "has no names"],
  ])("%j with names %j are refused in words", (options, names, words) => {
    expect(() => readLinkWishes(options, names, now)).toThrow(words);
  });

  test("names stand in a file, one a line", () => {
    expect(namesIn("Ann\r\n\n  Bob \n")).toEqual(["Ann", "Bob"]);
  });
});

test("a new password is four groups of four, each of 32 letters and digits", () => {
  expect(newPassword(Uint8Array.from({ length: 16 }, (_, at) => at * 17))).toMatch(
    /^([a-z2-9]{4}-){3}[a-z2-9]{4}$/,
  );
  expect(newPassword(new Uint8Array(16))).toBe("aaaa-aaaa-aaaa-aaaa");
});
