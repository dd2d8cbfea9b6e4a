/**
 * The test card: what viewers see and hear while nobody publishes. It shows the time of day to the tenth of a second,
 * so that the delay between two screens can be read off; every full second a lamp lights and a tone sounds together, to
 * check sync; and a shoal of fish swims by, so that a frozen picture is noticed.
 */

import {
  blankFrame,
  type Colour,
  colour,
  copyFrame,
  fillEllipse,
  fillRectangle,
  fillSpan,
  type YuvFrame,
} from "../yuv-frame.ts";
import { drawText, textWidth } from "./digits.ts";

/** How long the lamp lights and the tone sounds in every second. */
export const FLASH_SECONDS = 0.1;
const TONE_HERTZ = 1000;
const TONE_LOUDNESS = 0.25;
/** How long the tone fades in and out, so that it doesn't click. */
const TONE_EDGE_SECONDS = 0.005;

const WHITE = colour(1, 1, 1);
const PALE = colour(0.62, 0.8, 0.86);
const DARK = colour(0.02, 0.09, 0.14);

/** The 75 % colour bars of SMPTE EG 1. */
const BARS: readonly Colour[] = [
  [0.75, 0.75, 0.75],
  [0.75, 0.75, 0],
  [0, 0.75, 0.75],
  [0, 0.75, 0],
  [0.75, 0, 0.75],
  [0.75, 0, 0],
  [0, 0, 0.75],
].map(([red, green, blue]) => colour(red ?? 0, green ?? 0, blue ?? 0));

interface Fish {
  readonly lane: number;
  readonly phase: number;
  readonly speed: number;
  readonly size: number;
  readonly colour: Colour;
}

const SHOAL: readonly Fish[] = Array.from({ length: 28 }, (_, index) => {
  // Spread by the golden ratio: even, without a pattern that the eye finds.
  const spread = (index * 0.618034) % 1;
  const depth = (index * 0.754878) % 1;
  return {
    lane: 0.1 + 0.62 * spread,
    phase: (index * 0.56984) % 1,
    speed: 0.035 + 0.035 * depth,
    size: 0.016 + 0.022 * depth,
    colour: colour(0.25 + 0.65 * depth, 0.5 + 0.22 * depth, 0.62 - 0.25 * depth),
  };
});

export class TestCard {
  readonly #backdrop: YuvFrame;

  constructor(width: number, height: number) {
    this.#backdrop = blankFrame(width, height);
    drawBackdrop(this.#backdrop);
  }

  /** Draws the card of this instant over the whole frame, which must have the card's size. */
  draw(frame: YuvFrame, epochSeconds: number): void {
    copyFrame(this.#backdrop, frame);
    for (const fish of SHOAL) drawFish(frame, fish, epochSeconds);
    drawClock(frame, epochSeconds);
  }
}

/** The time of day in this machine's time zone, as `21:04:59.3`. */
export function timeOfDay(epochSeconds: number): string {
  // Rounded to the millisecond first: 59.3 s as a double may be slightly less.
  const date = new Date(Math.round(epochSeconds * 1000));
  const two = (number: number) => String(number).padStart(2, "0");
  const tenth = Math.floor(date.getMilliseconds() / 100);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${tenth}`;
}

/** The tone's amplitude, -1 to 1, this long after a full second. */
export function toneAt(secondsIntoSecond: number): number {
  if (secondsIntoSecond >= FLASH_SECONDS) return 0;
  const edge = Math.min(secondsIntoSecond, FLASH_SECONDS - secondsIntoSecond) / TONE_EDGE_SECONDS;
  return TONE_LOUDNESS * Math.min(1, edge) * Math.sin(2 * Math.PI * TONE_HERTZ * secondsIntoSecond);
}

function drawBackdrop(frame: YuvFrame): void {
  const { width, height } = frame;
  for (let row = 0; row < height; row++) {
    const depth = row / height;
    fillSpan(frame, row, 0, width, colour(0.03, 0.32 - 0.2 * depth, 0.44 - 0.22 * depth));
  }
  const barsTop = Math.round(height * 0.86);
  BARS.forEach((bar, index) => {
    const left = Math.round((width * index) / BARS.length);
    const right = Math.round((width * (index + 1)) / BARS.length);
    fillRectangle(frame, left, barsTop, right - left, height - barsTop, bar);
  });
}

function drawFish(frame: YuvFrame, fish: Fish, epochSeconds: number): void {
  const { width, height } = frame;
  const length = fish.size * width;
  const journey = (fish.phase + fish.speed * epochSeconds) % 1;
  const x = journey * (width + 4 * length) - 2 * length;
  const y = height * (fish.lane + 0.02 * Math.sin(2 * Math.PI * (0.2 * epochSeconds + fish.phase)));
  const wag = 0.12 * length * Math.sin(2 * Math.PI * (2 * epochSeconds + fish.phase));
  const tail = length * 0.7;
  for (let row = Math.ceil(y - tail * 0.5); row <= y + tail * 0.5; row++) {
    const spread = Math.abs(row - y);
    fillSpan(
      frame,
      row,
      x - length - tail * 0.75 + spread * 0.3,
      x - length * 0.7 - spread + wag,
      fish.colour,
    );
  }
  fillEllipse(frame, x, y, length, length * 0.42, fish.colour);
  fillEllipse(frame, x + length * 0.58, y - length * 0.1, length * 0.09, length * 0.09, DARK);
}

function drawClock(frame: YuvFrame, epochSeconds: number): void {
  const { width, height } = frame;
  const intoSecond = epochSeconds % 1;
  const text = timeOfDay(epochSeconds);
  const size = height * 0.16;
  const textLeft = (width - textWidth(text, size)) / 2;
  const top = height * 0.38;
  fillRectangle(frame, width * 0.18, top - size * 0.5, width * 0.64, size * 2.15, DARK);
  drawText(frame, text, textLeft, top, size, WHITE);

  const lamp = intoSecond < FLASH_SECONDS ? WHITE : colour(0.06, 0.2, 0.27);
  const lineTop = top + size * 1.32;
  const lineLeft = width * 0.22;
  const lineWidth = width * 0.5;
  fillRectangle(frame, lineLeft, lineTop - 1, lineWidth, 2, PALE);
  fillRectangle(frame, lineLeft, lineTop - size * 0.06, lineWidth * intoSecond, size * 0.12, PALE);
  fillEllipse(frame, width * 0.765, lineTop, size * 0.17, size * 0.17, lamp);
}
