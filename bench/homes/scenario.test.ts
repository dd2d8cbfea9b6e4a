import { describe, expect, it } from "vitest";
import { FILM_SECONDS, homesOf, parseChoices } from "./scenario.ts";
import { SCENARIOS } from "./scenarios.ts";

describe("the command line", () => {
  const known = ["flat", "school"];

  it("runs everything three times by default", () => {
    expect(parseChoices([], known)).toEqual({ names: [], runs: 3, details: null });
  });

  it("takes names and options in any order", () => {
    const words = ["--runs", "1", "school", "--details", "/tmp/x", "flat"];
    expect(parseChoices(words, known)).toEqual({ names: ["school", "flat"], runs: 1, details: "/tmp/x" });
  });

  it("says which scenarios there are", () => {
    expect(() => parseChoices(["scool"], known)).toThrow(
      "There is no scenario scool. There are: flat, school.",
    );
  });

  it("refuses options without a value", () => {
    expect(() => parseChoices(["--runs"], known)).toThrow("--runs");
    expect(() => parseChoices(["--runs", "0"], known)).toThrow("--runs");
    expect(() => parseChoices(["--details"], known)).toThrow("--details");
  });
});

describe.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  "scenario %s",
  (_name, scenario) => {
    const homes = homesOf(scenario);

    it("tells only of homes and routers that it has", () => {
      for (const event of scenario.events) {
        if ("home" in event) expect(event.home).toBeLessThan(homes);
        if ("router" in event) expect(event.router).toBeLessThan(scenario.routers.length);
      }
    });

    it("lets every home enter, and only those leave that are there", () => {
      const present = new Set<number>();
      const seen = new Set<number>();
      for (const event of scenario.events.toSorted((one, other) => one.at - other.at)) {
        if (event.does === "enter") {
          expect(present.has(event.home)).toBe(false);
          present.add(event.home);
          seen.add(event.home);
        } else if (event.does === "leave") expect(present.delete(event.home)).toBe(true);
      }
      expect(seen.size).toBe(homes);
    });

    it("ends before the film does", () => {
      expect(scenario.measured.to).toBeLessThan(FILM_SECONDS - 60);
      expect(scenario.measured.from).toBeLessThan(scenario.measured.to);
    });
  },
);

it("has a name for each scenario", () => {
  expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
});
