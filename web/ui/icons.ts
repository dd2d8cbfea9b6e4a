/** The player's own icons, as SVG markup. */

export const mutedIcon = icon(
  "M4 9v6h4l5 5V4L8 9H4Zm12.3 3 2.8-2.8-1.3-1.3-2.8 2.8-1 1.3 1 1.3 2.8 2.8 1.3-1.3L16.3 12Z",
);

export const shareIcon = icon(
  "M18 16a3 3 0 0 0-2 .8l-7.1-4.1a3 3 0 0 0 0-1.4L16 7.2A3 3 0 1 0 15 5l.1.7L8 9.8a3 3 0 1 0 0 4.4l7.1 4.1-.1.7a3 3 0 1 0 3-3Z",
);

export const linkIcon = icon(
  "M10.6 13.4a1 1 0 0 1 0 1.4l-2 2a3.5 3.5 0 0 1-5-5l3-3a3.5 3.5 0 0 1 5 0 1 1 0 1 1-1.4 1.4 1.5 1.5 0 0 0-2.2 0l-3 3a1.5 1.5 0 0 0 2.2 2.2l2-2a1 1 0 0 1 1.4 0Zm2.8-2.8a1 1 0 0 1 0-1.4l2-2a3.5 3.5 0 0 1 5 5l-3 3a3.5 3.5 0 0 1-5 0 1 1 0 1 1 1.4-1.4 1.5 1.5 0 0 0 2.2 0l3-3a1.5 1.5 0 0 0-2.2-2.2l-2 2a1 1 0 0 1-1.4 0Z",
);

export const closeIcon = icon(
  "m6.4 5 5.6 5.6L17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4 6.4 5Z",
);

/** One path in a box of 24 × 24. */
function icon(path: string): string {
  return `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
}
