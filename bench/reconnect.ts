/** Measures how an audience of a hundred thousand comes back to the tracker, against API Gateway's limit. */

import { atMost, type Figure, type Measure } from "./measurement.ts";
import { type Audience, type Comeback, cut, rush } from "./reconnect/scenarios.ts";

/** What an account has in a region before it asks for more. */
const MOST_A_SECOND = 500;
const AUDIENCE: Audience = { viewers: 100_000, mostASecond: MOST_A_SECOND, seed: 20261129 };
const RUSH_MINUTES = [5, 2];

export const measure: Measure = async () => {
  const figures: Figure[] = [];
  const shipped = await cut("shipped", AUDIENCE);
  const published = await cut("published", AUDIENCE);
  const count = (value: number) => value.toLocaleString("en");
  figures.push(
    atMost("all connections cut at once: busiest second", shipped.busiestSecond, MOST_A_SECOND, count),
    atMost("… refused", shipped.refused, 0, count),
    { what: "… half are back after, 99 % after", value: times(shipped) },
    {
      what: "… swarms that announced again",
      value: percent(shipped.announced),
      bound: { words: "all", holds: shipped.announced === 1 },
    },
    {
      what: "… with the published client: busiest second, refused",
      value: `${count(published.busiestSecond)}, ${count(published.refused)}`,
    },
    {
      what: "… half are back after, 99 % after; swarms that announced again",
      value: `${times(published)}; ${percent(published.announced)}`,
    },
  );
  for (const minutes of RUSH_MINUTES) {
    const arrival = await rush("shipped", AUDIENCE, 60 * minutes);
    figures.push(
      {
        what: `all arrive within ${minutes} min: busiest second, refused`,
        value: `${count(arrival.busiestSecond)}, ${count(arrival.refused)}`,
      },
      { what: "… half are connected after, 99 % after", value: times(arrival) },
    );
  }
  return { title: "Reconnect", method: METHOD, figures };
};

const METHOD = `The tracker client that pages load (p2p-media-loader-core's bundle with Shoal's patches), in simulated time, with ${AUDIENCE.viewers.toLocaleString("en")} viewers in two swarms each, video's and audio's, which share a connection. API Gateway takes ${MOST_A_SECOND} new connections a second, which is an account's limit in a region unless it asks for more, and refuses the others; a handshake takes 200 ms. A viewer who is refused or cut comes back after 10 s and a random time of up to five minutes. Meanwhile it keeps the neighbours it has. Seed ${AUDIENCE.seed}.`;

function times({
  halfSeconds,
  nearlyAllSeconds,
}: Pick<Comeback, "halfSeconds" | "nearlyAllSeconds">): string {
  return `${Math.round(halfSeconds)} s, ${Math.round(nearlyAllSeconds)} s`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share === 1 ? 0 : 1)} %`;
}
