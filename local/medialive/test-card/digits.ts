/** Digits of seven segments, as on a studio clock: the test card needs no font. */

import { type Colour, fillSpan, type YuvFrame } from "../yuv-frame.ts";

/** Which segments a character lights: top, upper left, upper right, middle, lower left, lower right, bottom. */
const LIT: Readonly<Record<string, string>> = {
  "0": "1110111",
  "1": "0010010",
  "2": "1011101",
  "3": "1011011",
  "4": "0111010",
  "5": "1101011",
  "6": "1101111",
  "7": "1010010",
  "8": "1111111",
  "9": "1111011",
};

/** A digit is this much wider, and a point or colon this much narrower, than half its height. */
const DIGIT_ASPECT = 0.56;
const MARK_ASPECT = 0.24;

export function textWidth(text: string, height: number): number {
  return [...text].reduce((width, character) => width + height * advanceOf(character), 0);
}

/** Draws digits, colons and full stops from the given upper left corner. */
export function drawText(
  frame: YuvFrame,
  text: string,
  left: number,
  top: number,
  height: number,
  colour: Colour,
): void {
  let x = left;
  for (const character of text) {
    if (character === ":" || character === ".") drawMark(frame, character, x, top, height, colour);
    else drawDigit(frame, LIT[character] ?? "", x, top, height, colour);
    x += height * advanceOf(character);
  }
}

function advanceOf(character: string): number {
  return character === ":" || character === "." ? MARK_ASPECT : DIGIT_ASPECT + 0.12;
}

function drawDigit(frame: YuvFrame, lit: string, left: number, top: number, height: number, colour: Colour) {
  const thick = height * 0.1;
  const right = left + height * DIGIT_ASPECT;
  const middle = top + height / 2;
  const bottom = top + height;
  const bar = (centreY: number) => drawBar(frame, left + thick, right - thick, centreY, thick, colour);
  const pillar = (centreX: number, from: number, to: number) =>
    drawPillar(frame, centreX, from + thick * 0.6, to - thick * 0.6, thick, colour);
  const draw = [
    () => bar(top + thick / 2),
    () => pillar(left + thick / 2, top, middle),
    () => pillar(right - thick / 2, top, middle),
    () => bar(middle),
    () => pillar(left + thick / 2, middle, bottom),
    () => pillar(right - thick / 2, middle, bottom),
    () => bar(bottom - thick / 2),
  ];
  draw.forEach((segment, index) => {
    if (lit[index] === "1") segment();
  });
}

/** A horizontal segment with pointed ends. */
function drawBar(
  frame: YuvFrame,
  left: number,
  right: number,
  centreY: number,
  thick: number,
  colour: Colour,
): void {
  for (let row = Math.round(centreY - thick / 2); row < centreY + thick / 2; row++) {
    const inset = Math.abs(row - centreY) - thick * 0.4;
    fillSpan(frame, row, left + inset, right - inset, colour);
  }
}

/** A vertical segment with pointed ends. */
function drawPillar(
  frame: YuvFrame,
  centreX: number,
  top: number,
  bottom: number,
  thick: number,
  colour: Colour,
): void {
  for (let row = Math.round(top); row < bottom; row++) {
    const reach = Math.min(thick / 2, row - top, bottom - row);
    fillSpan(frame, row, centreX - reach, centreX + reach, colour);
  }
}

function drawMark(frame: YuvFrame, mark: string, left: number, top: number, height: number, colour: Colour) {
  const size = height * 0.11;
  const places = mark === ":" ? [0.28, 0.66] : [1 - 0.11];
  for (const place of places) {
    const from = Math.round(top + height * place);
    for (let row = from; row < from + size; row++) {
      fillSpan(frame, row, left + height * 0.02, left + height * 0.02 + size, colour);
    }
  }
}
