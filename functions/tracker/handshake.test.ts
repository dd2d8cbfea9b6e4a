import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Headers, localityOf, ticketOf } from "./handshake.ts";
import { unknownLocality } from "./locality.ts";

const salt = "a deployment's own";
const at = (headers: Headers, sourceIp = "130.176.0.1", connectionId = "c1") =>
  localityOf({ headers, sourceIp, connectionId }, salt);
const lan = (headers: Headers, sourceIp?: string) => at(headers, sourceIp).lan;

describe("the address", () => {
  test("is the one in CloudFront's own header, if there is one", () => {
    const header = { "CloudFront-Viewer-Address": "198.51.100.7:44321" };
    expect(lan({ ...header, "X-Forwarded-For": "203.0.113.1" })).toBe(lan(header));
    expect(lan(header)).not.toBe(lan({ "CloudFront-Viewer-Address": "198.51.100.8:44321" }));
  });

  test("is the same for all ports", () => {
    const one = lan({ "cloudfront-viewer-address": "198.51.100.7:1" });
    expect(one).toBe(lan({ "cloudfront-viewer-address": "198.51.100.7:2" }));
  });

  test("is otherwise the entry before API Gateway's caller in X-Forwarded-For", () => {
    expect(lan({ "X-Forwarded-For": "198.51.100.7, 130.176.0.1" })).toBe(lan({}, "198.51.100.7"));
  });

  test("can't be forged by sending X-Forwarded-For", () => {
    const honest = lan({ "X-Forwarded-For": "198.51.100.7, 130.176.0.1" });
    expect(lan({ "X-Forwarded-For": "10.0.0.1, 198.51.100.7, 130.176.0.1" })).toBe(honest);
  });

  test("is the caller's without any header", () => {
    expect(lan({ "X-Forwarded-For": "130.176.0.1" })).toBe(lan({}));
    expect(lan({}, "198.51.100.7")).not.toBe(lan({}));
  });

  test("is the same for all of an IPv6 /64, and no others", () => {
    const home = lan({}, "2001:db8:1:2::1");
    expect(lan({}, "2001:db8:1:2:ffff:ffff:ffff:ffff")).toBe(home);
    expect(lan({}, "2001:0db8:0001:0002:0:0:0:9")).toBe(home);
    expect(lan({}, "2001:DB8:1:2::a")).toBe(home);
    expect(lan({}, "fe80::1%eth0")).toBe(lan({}, "fe80::2"));
    expect(lan({}, "2001:db8:1:3::1")).not.toBe(home);
  });

  test("is read from CloudFront's header as IPv6 too, in brackets or not", () => {
    const home = lan({}, "2001:db8:1:2::1");
    expect(lan({ "cloudfront-viewer-address": "2001:db8:1:2:3:4:5:6:443" })).toBe(home);
    expect(lan({ "cloudfront-viewer-address": "[2001:db8:1:2::9]:443" })).toBe(home);
  });

  test.each(["::ffff:198.51.100.7", "::ffff:c633:6407", "0:0:0:0:0:ffff:198.51.100.7"])(
    "%s is the IPv4 address that it contains",
    (address) => {
      expect(lan({}, address)).toBe(lan({}, "198.51.100.7"));
    },
  );

  test.each(["", "unknown", "999.1.1.1", "1.2.3", ":::", "2001:db8::g", "'; DROP", ","])(
    "a malformed %j falls back to the caller's address",
    (address) => {
      expect(lan({ "cloudfront-viewer-address": address, "x-forwarded-for": address })).toBe(lan({}));
    },
  );

  test("is the viewer's alone if none is known", () => {
    expect(localityOf({ headers: {}, sourceIp: "", connectionId: "c1" }, salt)).toEqual(
      unknownLocality("c1"),
    );
    expect(unknownLocality("c1").lan).not.toBe(unknownLocality("c2").lan);
  });

  test("is hashed, differently with each salt", () => {
    const here = localityOf({ headers: {}, sourceIp: "198.51.100.7", connectionId: "c" }, "here");
    const there = localityOf({ headers: {}, sourceIp: "198.51.100.7", connectionId: "c" }, "there");
    expect(here.lan).toMatch(/^[\w-]{12}$/);
    expect(here.lan).not.toBe(there.lan);
  });
});

describe("the network", () => {
  test.each([
    ["DE", "3320", "DE-3320"],
    ["de", "3320", "DE-3320"],
    [undefined, "3320", "3320"],
    ["DE", undefined, "DE"],
    [undefined, undefined, null],
    ["Deutschland", "AS3320", null],
    ["DE", "0", "DE"],
    ["T1", "99999999999", null],
  ])("of country %j and number %j is %j", (country, asn, net) => {
    const headers = { "CloudFront-Viewer-Country": country, "CloudFront-Viewer-ASN": asn };
    expect(at(headers).net).toBe(net);
  });
});

test("any headers at all give a locality", () => {
  const name = fc.constantFrom("X-Forwarded-For", "CloudFront-Viewer-Address", "cloudfront-viewer-asn", "x");
  const value = fc.oneof(
    fc.string(),
    fc.ipV4(),
    fc.ipV6(),
    fc.ipV6().map((ip) => `${ip}:80`),
  );
  fc.assert(
    fc.property(
      fc.dictionary(name, value),
      fc.oneof(fc.string(), fc.ipV6(), fc.ipV4()),
      (headers, sourceIp) => {
        const locality = at(headers, sourceIp);
        expect(locality.lan).toMatch(/^([\w-]{12}|~c1)$/);
        expect(locality.net === null || /^([A-Z]{2})?-?\d*$/.test(locality.net)).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});

test("what the edge says of a ticket is told, and nothing where it says nothing", () => {
  expect(ticketOf({ "X-Shoal-Viewer": "a-viewer-1", "x-shoal-swarm": "a-swarm-01" })).toEqual({
    viewer: "a-viewer-1",
    swarm: "a-swarm-01",
  });
  expect(ticketOf({})).toEqual({});
});
