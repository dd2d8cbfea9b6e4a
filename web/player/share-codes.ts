/** What a viewer can pass on: the stream's link, and the code that puts its player into a page. */

export interface ShareCodes {
  link: string;
  iframe: string;
}

/** For the deployment that the playlist at `hls` comes from. */
export function shareCodes(hls: string): ShareCodes {
  const link = new URL("/", hls).href;
  return {
    link,
    iframe:
      `<iframe src="${new URL("/embed.html", hls).href}" width="640" height="360" style="border: 0" ` +
      'title="Live stream" allow="autoplay; clipboard-write; fullscreen; picture-in-picture"></iframe>',
  };
}
