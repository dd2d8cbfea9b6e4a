import { expect, test } from "vitest";
import { guardedLookup, parseAddress, type Resolve } from "./address.ts";

const CLOUD = { isPrivateAllowed: false };
const LAPTOP = { isPrivateAllowed: true };

test("an address on the web is taken", () => {
  expect(parseAddress("https://hooks.example.com/shoal?key=1", CLOUD).host).toBe("hooks.example.com");
  expect(parseAddress("https://8.8.8.8/", CLOUD).host).toBe("8.8.8.8");
  expect(parseAddress("http://127.0.0.1:8080/", LAPTOP).port).toBe("8080");
});

test.each([
  ["http://hooks.example.com/", "https://"],
  ["ftp://hooks.example.com/", "https://"],
  ["hooks.example.com", "https://"],
  [`https://example.com/${"a".repeat(500)}`, "https://"],
  ["https://me:secret@example.com/", "name and password"],
  ["https://me@example.com/", "name and password"],
  ["https://127.0.0.1/", "public"],
  ["https://0x7f.1/", "public"],
  ["https://2130706433/", "public"],
  ["https://10.0.0.1/", "public"],
  ["https://172.16.3.4/", "public"],
  ["https://192.168.1.1/", "public"],
  ["https://100.64.0.1/", "public"],
  ["https://169.254.169.254/latest/meta-data/", "public"],
  ["https://0.0.0.0/", "public"],
  ["https://224.0.0.1/", "public"],
  ["https://[::1]/", "public"],
  ["https://[fd00:ec2::254]/", "public"],
  ["https://[fe80::1]/", "public"],
  ["https://[::ffff:10.0.0.1]/", "public"],
  ["https://[64:ff9b::a00:1]/", "public"],
])("%s is refused", (text, word) => {
  expect(() => parseAddress(text, CLOUD)).toThrow(word);
});

const resolving = (...addresses: string[]): Resolve => {
  return (_, __, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
};
const lookedUp = (resolve: Resolve, all = false, reach = CLOUD) =>
  new Promise((done) => {
    guardedLookup(reach, resolve)("hooks.example.com", { all }, (error, ...found) =>
      done(error ? error.message : found),
    );
  });

test("a name is looked up once, and the connection goes to what was checked", async () => {
  expect(await lookedUp(resolving("8.8.8.8", "8.8.4.4"))).toEqual(["8.8.8.8", 4]);
  expect(await lookedUp(resolving("8.8.8.8"), true)).toEqual([[{ address: "8.8.8.8", family: 4 }]]);
  expect(await lookedUp(resolving("127.0.0.1"), false, LAPTOP)).toEqual(["127.0.0.1", 4]);
});

test("a name with any private address is refused, and so is one without an address", async () => {
  expect(await lookedUp(resolving("8.8.8.8", "10.0.0.1"))).toBe(
    "hooks.example.com isn't at a public address.",
  );
  expect(await lookedUp(resolving("::1"), true)).toBe("hooks.example.com isn't at a public address.");
  expect(await lookedUp(resolving("nonsense"))).toBe("hooks.example.com isn't at a public address.");
  expect(await lookedUp(resolving())).toBe("hooks.example.com has no address");
  expect(await lookedUp((_, __, callback) => callback(new Error("no such name")))).toBe("no such name");
});
