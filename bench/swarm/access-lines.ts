/**
 * Home access lines as measured. Source: Ofcom, "UK Home Broadband Performance" (SamKnows units on routers), the
 * panellist data published with it, of which this table is a summary: 24-hour averages of download, upload and latency of
 * the 2,356 homes that have a national weight. Read from a public copy that names no month; its weighted medians are
 * 50.5 and 9.8 Mbit/s, those of the report of 9 September 2021 (measured in March 2021) are 50.4 and 9.8.
 *
 * The homes of each technology are sorted by download and cut into fifths of equal weight; a row is the fifth's three
 * weighted medians. So download and upload stay together as they are in homes, nothing is interpolated, and the slowest
 * and fastest few homes of a fifth are missing.
 */

import type { Chance } from "../chance.ts";

export interface AccessLine {
  downlinkBitsPerSecond: number;
  uplinkBitsPerSecond: number;
  /** To a nearby server and back. */
  roundTripSeconds: number;
}

/** Mbit/s down, Mbit/s up, milliseconds. */
type Row = readonly [number, number, number];

interface Technology {
  /** Of all homes, by their weights. */
  readonly share: number;
  readonly fifths: readonly Row[];
}

/** In this order: ADSL, fibre to the cabinet (VDSL2), cable, fibre to the premises. */
const TECHNOLOGIES: readonly Technology[] = [
  {
    share: 0.153,
    fifths: [
      [3.3, 0.6, 32.8],
      [6.8, 0.7, 24.8],
      [10.7, 0.8, 24.4],
      [15.1, 0.9, 17.7],
      [18.1, 1.0, 16.4],
    ],
  },
  {
    share: 0.576,
    fifths: [
      [27.6, 6.0, 14.0],
      [36.7, 9.3, 11.1],
      [42.8, 9.3, 11.5],
      [60.7, 18.2, 10.3],
      [72.1, 18.5, 9.3],
    ],
  },
  {
    share: 0.212,
    fifths: [
      [93.5, 9.8, 15.8],
      [110.0, 9.9, 14.9],
      [111.2, 10.0, 14.9],
      [215.8, 20.7, 15.3],
      [372.2, 36.3, 15.0],
    ],
  },
  {
    share: 0.059,
    fifths: [
      [48.5, 10.0, 8.3],
      [74.4, 20.2, 6.8],
      [143.1, 30.8, 6.7],
      [158.9, 47.7, 5.2],
      [496.7, 95.9, 7.0],
    ],
  },
];

/** The line of a home drawn at random. */
export function drawAccessLine(chance: Chance): AccessLine {
  const [downlink, uplink, milliseconds] = chance.pick(drawTechnology(chance).fifths);
  return {
    downlinkBitsPerSecond: downlink * 1e6,
    uplinkBitsPerSecond: uplink * 1e6,
    roundTripSeconds: milliseconds / 1000,
  };
}

function drawTechnology(chance: Chance): Technology {
  const total = TECHNOLOGIES.reduce((sum, { share }) => sum + share, 0);
  let left = chance.between(0, total);
  const drawn = TECHNOLOGIES.find(({ share }) => {
    left -= share;
    return left < 0;
  });
  return drawn ?? chance.pick(TECHNOLOGIES);
}
