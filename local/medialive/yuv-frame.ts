/** A YUV 4:2:0 video frame in plain memory, and the few shapes that the test card is drawn with. */

/** `strides` are the bytes from one row to the next. */
export interface YuvFrame {
  readonly width: number;
  readonly height: number;
  readonly planes: readonly [luma: Uint8Array, blue: Uint8Array, red: Uint8Array];
  readonly strides: readonly [luma: number, blue: number, red: number];
}

/** A colour in BT.709 at video levels: luma 16 to 235, chroma 16 to 240 around 128. */
export type Colour = readonly [luma: number, blue: number, red: number];

/** Converts from red, green and blue, each 0 to 1 (ITU-R BT.709-6, items 3.2 to 3.5). */
export function colour(red: number, green: number, blue: number): Colour {
  const luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return [
    Math.round(16 + 219 * luma),
    Math.round(128 + (224 * (blue - luma)) / 1.8556),
    Math.round(128 + (224 * (red - luma)) / 1.5748),
  ];
}

/** A new black frame. */
export function blankFrame(width: number, height: number): YuvFrame {
  const chroma = Math.ceil(width / 2);
  const chromaRows = Math.ceil(height / 2);
  return {
    width,
    height,
    planes: [
      new Uint8Array(width * height).fill(16),
      new Uint8Array(chroma * chromaRows).fill(128),
      new Uint8Array(chroma * chromaRows).fill(128),
    ],
    strides: [width, chroma, chroma],
  };
}

/** Copies a frame over another of the same size, whatever the strides of either. */
export function copyFrame(from: YuvFrame, to: YuvFrame): void {
  for (const plane of [0, 1, 2] as const) {
    const width = plane === 0 ? from.width : Math.ceil(from.width / 2);
    const rows = plane === 0 ? from.height : Math.ceil(from.height / 2);
    for (let row = 0; row < rows; row++) {
      const start = row * from.strides[plane];
      to.planes[plane].set(from.planes[plane].subarray(start, start + width), row * to.strides[plane]);
    }
  }
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The largest even size of the same shape that fits within another. */
export function sizeWithin(size: Size, bounds: Size): Size {
  const factor = Math.min(bounds.width / size.width, bounds.height / size.height);
  const even = (length: number, most: number) =>
    Math.min(most, Math.max(2, 2 * Math.round((length * factor) / 2)));
  return { width: even(size.width, bounds.width), height: even(size.height, bounds.height) };
}

/** Copies a frame into the middle of a larger one, and makes the rest black. Both have even sizes. */
export function pasteFitted(frame: YuvFrame, onto: YuvFrame): void {
  const left = Math.floor((onto.width - frame.width) / 4) * 2;
  const top = Math.floor((onto.height - frame.height) / 4) * 2;
  for (const plane of [0, 1, 2] as const) {
    const scale = plane === 0 ? 1 : 2;
    onto.planes[plane].fill(plane === 0 ? 16 : 128);
    for (let row = 0; row < frame.height / scale; row++) {
      const start = row * frame.strides[plane];
      const target = (top / scale + row) * onto.strides[plane] + left / scale;
      onto.planes[plane].set(frame.planes[plane].subarray(start, start + frame.width / scale), target);
    }
  }
}

/** Fills part of a row, from `left` up to `right`. The luma of both ends is blended, so that edges look smooth. */
export function fillSpan(frame: YuvFrame, row: number, left: number, right: number, colour: Colour): void {
  const from = Math.max(0, left);
  const to = Math.min(frame.width, right);
  if (row < 0 || row >= frame.height || from >= to) return;
  const [luma, blue, red] = frame.planes;
  const [lumaStride, blueStride, redStride] = frame.strides;
  const start = row * lumaStride;
  const first = Math.ceil(from);
  const last = Math.floor(to);
  if (first < last) luma.fill(colour[0], start + first, start + last);
  if (from < first) blend(luma, start + first - 1, colour[0], first - from);
  if (last < to) blend(luma, start + last, colour[0], to - last);
  if (row % 2 === 1) return;
  const chromaFirst = Math.round(from / 2);
  const chromaLast = Math.round(to / 2);
  blue.fill(colour[1], (row / 2) * blueStride + chromaFirst, (row / 2) * blueStride + chromaLast);
  red.fill(colour[2], (row / 2) * redStride + chromaFirst, (row / 2) * redStride + chromaLast);
}

export function fillRectangle(
  frame: YuvFrame,
  left: number,
  top: number,
  width: number,
  height: number,
  colour: Colour,
): void {
  for (let row = Math.round(top); row < Math.round(top + height); row++) {
    fillSpan(frame, row, left, left + width, colour);
  }
}

export function fillEllipse(
  frame: YuvFrame,
  centreX: number,
  centreY: number,
  radiusX: number,
  radiusY: number,
  colour: Colour,
): void {
  for (let row = Math.ceil(centreY - radiusY); row <= centreY + radiusY; row++) {
    const reach = radiusX * Math.sqrt(Math.max(0, 1 - ((row - centreY) / radiusY) ** 2));
    fillSpan(frame, row, centreX - reach, centreX + reach, colour);
  }
}

function blend(plane: Uint8Array, at: number, value: number, coverage: number): void {
  plane[at] = Math.round((plane[at] ?? 0) * (1 - coverage) + value * coverage);
}
