// Reads the test card's clock from decoded frames, and notes the page's long tasks.

// Which of a digit's seven bars are lit: top, upper left, upper right, middle, lower left, lower right, bottom
// (local/medialive/test-card/digits.ts).
const DIGITS = [
  "1110111",
  "0010010",
  "1011101",
  "1011011",
  "0111010",
  "1101011",
  "1101111",
  "1010010",
  "1111111",
  "1111011",
];

// Where to look for each bar, in heights of a digit from its upper left corner.
const BARS = [
  [0.28, 0.05],
  [0.05, 0.25],
  [0.51, 0.25],
  [0.28, 0.5],
  [0.05, 0.75],
  [0.51, 0.75],
  [0.28, 0.95],
];

const DIGIT_ADVANCE = 0.68;
const MARK_ADVANCE = 0.24;
const CLOCK = "00:00:00.0";

/** Seconds of the day that the card shows; null if its digits can't be read. */
function clockOn(drawing, width, height) {
  const size = height * 0.16;
  const advanceOf = (character) => size * (character === "0" ? DIGIT_ADVANCE : MARK_ADVANCE);
  const textWidth = [...CLOCK].reduce((sum, character) => sum + advanceOf(character), 0);
  const top = height * 0.38;
  const { data } = drawing.getImageData(0, 0, width, height);
  const isLit = (x, y) => data[4 * (Math.round(y) * width + Math.round(x)) + 1] > 140;
  let left = (width - textWidth) / 2;
  const digits = [];
  for (const character of CLOCK) {
    if (character === "0") {
      const lit = BARS.map(([x, y]) => (isLit(left + x * size, top + y * size) ? "1" : "0")).join("");
      digits.push(DIGITS.indexOf(lit));
    }
    left += advanceOf(character);
  }
  if (digits.includes(-1)) return null;
  const [h1, h0, m1, m0, s1, s0, tenth] = digits;
  return (h1 * 10 + h0) * 3600 + (m1 * 10 + m0) * 60 + s1 * 10 + s0 + tenth / 10;
}

const DAY = 24 * 3600;

const picture = { offsets: [], unreadable: 0, usual: null };
let longTasks = [];

/** At midnight the card's clock begins anew, and the stream's time doesn't. */
function offsetOf(difference) {
  picture.usual ??= difference;
  return difference + DAY * Math.round((picture.usual - difference) / DAY);
}

/** From now on, compares the clock of some frames a second with their time in the stream: the difference stays. */
window.watchPicture = (video) => {
  const canvas = document.createElement("canvas");
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  let frames = 0;
  const look = (_now, { mediaTime, width, height }) => {
    video.requestVideoFrameCallback(look);
    frames += 1;
    if (frames % 8 !== 0) return;
    Object.assign(canvas, { width, height });
    drawing.drawImage(video, 0, 0, width, height);
    const clock = clockOn(drawing, width, height);
    if (clock === null) picture.unreadable += 1;
    else picture.offsets.push(offsetOf(clock - mediaTime));
  };
  video.requestVideoFrameCallback(look);
  new PerformanceObserver((list) => longTasks.push(...list.getEntries())).observe({ type: "longtask" });
};

/** What was seen since the last call. */
window.takeHealth = () => {
  const { offsets, unreadable } = picture;
  const health = {
    frames: offsets.length + unreadable,
    unreadable,
    firstOffset: offsets[0] ?? null,
    spread: offsets.length === 0 ? 0 : Math.max(...offsets) - Math.min(...offsets),
    longTasks: longTasks.map(({ startTime, duration }) => {
      const from = performance.timeOrigin + startTime;
      return { from, to: from + duration };
    }),
  };
  Object.assign(picture, { offsets: [], unreadable: 0 });
  longTasks = [];
  return health;
};
