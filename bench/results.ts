// Writes bench/RESULTS.md: a section for each measurement, and a last line that compares all with their bounds.

import type { Figure, Measurement } from "./measurement.ts";

const opening = `# Measurements

Made by \`npm run bench\`; one alone by the command beneath its heading. The last line compares with the bounds.
`;

/** The results with this measurement's section put in its place, or at the end if it had none. */
export function withSection(results: string, name: string, section: string): string {
  const sections = sectionsOf(results);
  sections.set(name, section);
  const body = [opening, ...sections.values()].map((part) => part.trim()).join("\n\n");
  return `${body}\n\n${verdict([...sections.values()])}\n`;
}

export function sectionFor(name: string, { title, method, figures }: Measurement): string {
  const row = ({ what, value, bound }: Figure) =>
    `| ${what} | ${value} | ${bound ? `${bound.words}: ${bound.holds ? "yes" : "**no**"}` : ""} |`;
  return [
    `## ${title}`,
    "",
    `\`npm run bench -- ${name}\``,
    "",
    method.trim(),
    "",
    "| figure | value | bound |",
    "| --- | --- | --- |",
    ...figures.map(row),
  ].join("\n");
}

/** By the name in each section's command, in the order in which they stand. */
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
