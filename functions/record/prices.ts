/** What the studio's page is told of prices. */

/** In dollars; estimates. */
export interface Prices {
  /** The channel on the air, for an hour; null on one machine, where it costs nothing. */
  readonly channelHour: number | null;
  /** That leaves the CDN, with the requests for it. */
  readonly gigabyte: number;
  /** A viewer who watches for an hour, beside the gigabytes. */
  readonly viewerHour: number;
  /** The same where nobody shares. */
  readonly viewerHourAlone: number;
}
