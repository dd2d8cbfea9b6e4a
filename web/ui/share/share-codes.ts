/** The stream's link, and the code that embeds its player in a page. */

export interface ShareCodes {
  link: string;
  iframe: string;
}

/** The codes for the deployment that serves the playlist at `hls`. */
export function shareCodes(hls: string): ShareCodes {
  const link = new URL("/", hls).href;
  return {
    link,
    iframe:
      `<iframe src="${new URL("/embed.html", hls).href}" width="640" height="360" style="border: 0" ` +
      'title="Live stream" allow="autoplay; clipboard-write; fullscreen; picture-in-picture"></iframe>',
  };
}
