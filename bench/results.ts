/** Formats bench/RESULTS.md: a section for each measurement, and a last line that tells which bounds are kept. */

import type { Figure, Measurement } from "./measurement.ts";

const OPENING = `# Measurements

Written by \`npm run bench\`; the command below each heading runs that measurement alone. The last line tells which bounds
are kept.
`;

/** The results with this measurement's section replaced, or added at the end if it is new. */
export function withSection(results: string, name: string, section: string): string {
  const sections = sectionsOf(results);
  sections.set(name, section);
  const body = [OPENING, ...sections.values()].map((part) => part.trim()).join("\n\n");
  return `${body}\n\n${verdict([...sections.values()])}\n`;
}

export function sectionFor(name: string, { title, method, table, figures }: Measurement): string {
  const row = ({ what, value, bound }: Figure) =>
    `| ${what} | ${value} | ${bound ? `${bound.words}: ${bound.holds ? "yes" : "**no**"}` : ""} |`;
  return [
    `## ${title}`,
    "",
    `\`npm run bench -- ${name}\``,
    "",
    method.trim(),
    "",
    ...(table === undefined ? [] : [table, ""]),
    "| figure | value | bound |",
    "| --- | --- | --- |",
    ...figures.map(row),
  ].join("\n");
}

/** The sections by the name in their command, in their order. */
function sectionsOf(results: string): Map<string, string> {
  const parts = results
    .replace(/\n\*\*Bounds:.*\s*$/, "")
    .split(/^(?=## )/m)
    .slice(1);
  const named = parts.flatMap((part): [string, string][] => {
    const name = /`npm run bench -- ([\w-]+)`/.exec(part)?.[1];
    return name === undefined ? [] : [[name, part]];
  });
  return new Map(named);
}

function verdict(sections: readonly string[]): string {
  const bounded = sections
    .flatMap((section) => section.split("\n"))
    .filter((row) => /: (yes|\*\*no\*\*) \|$/.test(row));
  const missed = bounded.filter((row) => row.endsWith(": **no** |")).map((row) => row.split("|")[1]?.trim());
  if (missed.length === 0) return `**Bounds: all ${bounded.length} are kept.**`;
  return `**Bounds: ${bounded.length - missed.length} of ${bounded.length} are kept; missed: ${missed.join("; ")}.**`;
}
