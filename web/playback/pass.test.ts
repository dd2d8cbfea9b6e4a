import { describe, expect, test } from "vitest";
import { headerOf, passFrom, passIn } from "./pass.ts";

describe("a pass from a page", () => {
  test.each([
    [{ password: "words" }, { way: "password", value: "words" }],
    [{ link: "https://live.example.com/#link=a.1.2.3.s" }, { way: "link", value: "a.1.2.3.s" }],
    [{ link: "a.1.2.3.s" }, { way: "link", value: "a.1.2.3.s" }],
    [{ token: "h.c.s" }, { way: "token", value: "h.c.s" }],
    [{ token: async () => "the current" }, { way: "token", value: "the current" }],
  ])("%j", async (entry, pass) => {
    expect(await passFrom(entry)()).toEqual(pass);
  });

  test("has to be one", () => {
    expect(() => passFrom({})).toThrow("a password, a link or a token");
  });
});

describe("a pass in an address", () => {
  test.each([
    ["#link=a-b.1.2.3.s_s", { way: "link", value: "a-b.1.2.3.s_s" }],
    ["#token=h.c.s", { way: "token", value: "h.c.s" }],
    ["", null],
    ["#chat", null],
    ["#link=", null],
    ["#password=words", null],
    ["#link=a b", null],
  ])("%s", (fragment, pass) => {
    expect(passIn(fragment)).toEqual(pass);
  });
});

test("a header carries any password, as functions/tickets reads it", () => {
  for (const value of ["words", "Käse > Brot?", "密码", "~~~~???"]) {
    const [way, text = ""] = headerOf({ way: "password", value }).split(" ");
    expect(way).toBe("password");
    expect(text).toMatch(/^[\w-]+$/);
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) =>
      letter.charCodeAt(0),
    );
    expect(new TextDecoder().decode(bytes)).toBe(value);
  }
  expect(headerOf({ way: "link", value: "a.1" })).toBe("link a.1");
});
