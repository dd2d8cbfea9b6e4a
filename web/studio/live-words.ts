/** How the channel stands, in words for the people in the studio. */

import type { LiveNow } from "../../functions/record/live-now.ts";

type Channel = Pick<LiveNow, "state" | "picture" | "isKeyTurning" | "dollarsAnHour">;

export interface Words {
  readonly headline: string;
  /** What to expect, or to do. */
  readonly hint: string;
}

/** MediaLive's channel costs money; the one on this machine takes moments. */
const isInCloud = ({ dollarsAnHour }: Channel): boolean => dollarsAnHour !== null;

/** `forSeconds` is how long it has been in this state, as far as this page knows. */
export function stateWords(channel: Channel, forSeconds: number): Words {
  const since = `${Math.floor(forSeconds / 60)}:${String(Math.floor(forSeconds % 60)).padStart(2, "0")}`;
  const usually = (inCloud: string) =>
    `For ${since} now. It usually takes ${isInCloud(channel) ? inCloud : "a few seconds"}.`;
  switch (channel.state) {
    case "IDLE":
      return channel.isKeyTurning
        ? { headline: "Stopped, for another stream key.", hint: usually("a few seconds") }
        : { headline: "Off the air.", hint: costWords(channel) };
    case "STARTING":
      return { headline: "Starting.", hint: usually("three minutes, rarely ten") };
    case "STOPPING":
      return {
        headline: channel.isKeyTurning ? "Stopping, for another stream key." : "Stopping.",
        hint: usually("one to two minutes"),
      };
    case "RUNNING":
      return channel.picture?.isThere
        ? { headline: "On the air: viewers have a picture.", hint: costWords(channel) }
        : {
            headline: "On the air, without a picture.",
            hint: `Nothing comes in yet: Start Streaming in OBS, with the settings below. ${costWords(channel)}`,
          };
    case "RECOVERING":
      return {
        headline: "An encoder failed, and MediaLive restarts it.",
        hint: `For ${since} now, by itself. If it takes five minutes, stop the channel and start it again.`,
      };
    default:
      return { headline: `The channel is ${channel.state}.`, hint: "It is being deployed, or that failed." };
  }
}

function costWords({ dollarsAnHour }: Channel): string {
  if (dollarsAnHour === null) return "On this machine it costs nothing.";
  return `On the air it costs $${dollarsAnHour.toFixed(2)} an hour before anybody watches, and ten minutes of that at least.`;
}

/** What another stream key means for who is on the air. */
export function keyWords(channel: Channel): string {
  const always = "Nobody can broadcast with today's key any more, and OBS needs the new one.";
  if (channel.state === "IDLE" || channel.state === "STOPPING")
    return `${always} Nothing is on the air, so nobody is cut off.`;
  const gap = isInCloud(channel) ? "about five minutes" : "some seconds";
  return `${always} The key changes only while the channel is stopped, so the channel stops and starts again by itself: whoever is on the air is cut off, and viewers have no picture for ${gap}, and until OBS sends with the new key.`;
}

/** For who isn't shown a stream key. */
export function keyElsewhereWords([server = ""]: readonly string[]): string {
  if (!server.startsWith("srt:")) return "An owner tells you the stream key.";
  return "OBS's server has a passphrase behind it, and its stream key stays empty: npm run live -- status prints it whole.";
}

/** What auto-stop means to do; empty while it means nothing. Times are in seconds since the epoch. */
export function autoStopWords(
  { stopsAt, keptUntil }: Pick<LiveNow, "stopsAt" | "keptUntil">,
  now: number,
): string {
  if (keptUntil !== null)
    return `Runs on until ${new Date(keptUntil * 1000).toLocaleTimeString([], { timeStyle: "short" })}, whatever comes in.`;
  if (stopsAt === null) return "";
  const minutes = Math.max(0, Math.ceil((stopsAt - now) / 60));
  if (minutes === 0) return "Nothing comes in: the channel stops by itself within five minutes.";
  return `Nothing comes in: the channel stops by itself in about ${minutes} ${minutes === 1 ? "minute" : "minutes"}.`;
}

/** How soon to ask again, in milliseconds: while something changes, people watch. */
export function nextLookMilliseconds({ state, isKeyTurning }: Channel): number {
  return isKeyTurning || ["STARTING", "STOPPING", "RECOVERING"].includes(state) ? 2_000 : 10_000;
}
