import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Headers, placeOf, placeUnknown } from "./place.ts";

const salt = "a deployment's own";
const at = (headers: Headers, sourceIp = "130.176.0.1", connectionId = "c1") =>
  placeOf({ headers, sourceIp, connectionId }, salt);
const lan = (headers: Headers, sourceIp?: string) => at(headers, sourceIp).lan;

describe("behind which address", () => {
  test("CloudFront's own header on the viewer's address counts before all else", () => {
    const header = { "CloudFront-Viewer-Address": "198.51.100.7:44321" };
    expect(lan({ ...header, "X-Forwarded-For": "203.0.113.1" })).toBe(lan(header));
    expect(lan(header)).not.toBe(lan({ "CloudFront-Viewer-Address": "198.51.100.8:44321" }));
  });

  test("the port doesn't matter", () => {
    const one = lan({ "cloudfront-viewer-address": "198.51.100.7:1" });
    expect(one).toBe(lan({ "cloudfront-viewer-address": "198.51.100.7:2" }));
  });

  test("without it, the entry before API Gateway's caller in X-Forwarded-For is the viewer", () => {
    expect(lan({ "X-Forwarded-For": "198.51.100.7, 130.176.0.1" })).toBe(lan({}, "198.51.100.7"));
  });

  test("what a viewer writes into X-Forwarded-For itself doesn't move it", () => {
    const honest = lan({ "X-Forwarded-For": "198.51.100.7, 130.176.0.1" });
    expect(lan({ "X-Forwarded-For": "10.0.0.1, 198.51.100.7, 130.176.0.1" })).toBe(honest);
  });

  test("without any header it is the address that called", () => {
    expect(lan({ "X-Forwarded-For": "130.176.0.1" })).toBe(lan({}));
    expect(lan({}, "198.51.100.7")).not.toBe(lan({}));
  });

  test("viewers in the same /64 of IPv6 are behind one address, others not", () => {
    const home = lan({}, "2001:db8:1:2::1");
    expect(lan({}, "2001:db8:1:2:ffff:ffff:ffff:ffff")).toBe(home);
    expect(lan({}, "2001:0db8:0001:0002:0:0:0:9")).toBe(home);
    expect(lan({}, "2001:DB8:1:2::a")).toBe(home);
    expect(lan({}, "fe80::1%eth0")).toBe(lan({}, "fe80::2"));
    expect(lan({}, "2001:db8:1:3::1")).not.toBe(home);
  });

  test("an IPv6 address in CloudFront's header is read, in brackets or not", () => {
    const home = lan({}, "2001:db8:1:2::1");
    expect(lan({ "cloudfront-viewer-address": "2001:db8:1:2:3:4:5:6:443" })).toBe(home);
    expect(lan({ "cloudfront-viewer-address": "[2001:db8:1:2::9]:443" })).toBe(home);
  });

  test.each(["::ffff:198.51.100.7", "::ffff:c633:6407", "0:0:0:0:0:ffff:198.51.100.7"])(
    "%s is the IPv4 address in it",
    (address) => {
      expect(lan({}, address)).toBe(lan({}, "198.51.100.7"));
    },
  );

  test.each(["", "unknown", "999.1.1.1", "1.2.3", ":::", "2001:db8::g", "'; DROP", ","])(
    "a malformed %j falls back to the address that called",
    (address) => {
      expect(lan({ "cloudfront-viewer-address": address, "x-forwarded-for": address })).toBe(lan({}));
    },
  );

  test("a viewer of whom no address is known is alone", () => {
    expect(placeOf({ headers: {}, sourceIp: "", connectionId: "c1" }, salt)).toEqual(placeUnknown("c1"));
    expect(placeUnknown("c1").lan).not.toBe(placeUnknown("c2").lan);
  });

  test("only a hash leaves, another one with another salt", () => {
    const here = placeOf({ headers: {}, sourceIp: "198.51.100.7", connectionId: "c" }, "here");
    const there = placeOf({ headers: {}, sourceIp: "198.51.100.7", connectionId: "c" }, "there");
    expect(here.lan).toMatch(/^[\w-]{12}$/);
    expect(here.lan).not.toBe(there.lan);
  });
});

describe("in which network", () => {
  test.each([
    ["DE", "3320", "DE-3320"],
    ["de", "3320", "DE-3320"],
    [undefined, "3320", "3320"],
    ["DE", undefined, "DE"],
    [undefined, undefined, null],
    ["Deutschland", "AS3320", null],
    ["DE", "0", "DE"],
    ["T1", "99999999999", null],
  ])("country %j and network %j are %j", (country, asn, net) => {
    const headers = { "CloudFront-Viewer-Country": country, "CloudFront-Viewer-ASN": asn };
    expect(at(headers).net).toBe(net);
  });
});

test("any headers at all give a place", () => {
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
        const place = at(headers, sourceIp);
        expect(place.lan).toMatch(/^([\w-]{12}|~c1)$/);
        expect(place.net === null || /^([A-Z]{2})?-?\d*$/.test(place.net)).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});
