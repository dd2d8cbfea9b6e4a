/** A channel in MediaLive's API on this machine, whose states the test sets, as far as the studio and its plans drive it. */

import { MediaLiveClient } from "@aws-sdk/client-medialive";
import { LOCAL_AWS } from "../../local/aws-settings.ts";
import type { ChannelState } from "../../local/medialive/channel.ts";
import { startControlApi } from "../../local/medialive/control-api.ts";

export interface LocalChannel {
  readonly ids: { readonly channelId: string; readonly inputId: string };
  readonly endpoint: string;
  readonly client: MediaLiveClient;
  state: ChannelState;
  /** Every key that the input has had, the newest last. */
  readonly keys: string[];
  /** With SRT there is no key, and another address. */
  isSrt: boolean;
  /** What was asked of it. */
  readonly asked: ("start" | "stop")[];
  end(): Promise<void>;
}

/** It stays STARTING or STOPPING until the test says otherwise. */
export async function startLocalChannel(): Promise<LocalChannel> {
  const api = await startControlApi();
  const local: LocalChannel = {
    ids: { channelId: "1000001", inputId: "2000001" },
    endpoint: api.endpoint,
    client: new MediaLiveClient({ ...LOCAL_AWS, endpoint: api.endpoint, maxAttempts: 1 }),
    state: "IDLE",
    keys: ["first-key"],
    isSrt: false,
    asked: [],
    end: async () => {
      local.client.destroy();
      await api.stop();
    },
  };
  api.add({
    id: local.ids.channelId,
    name: "shoal",
    tags: {},
    channel: {
      get state() {
        return local.state;
      },
      start: async () => {
        local.asked.push("start");
        local.state = "STARTING";
      },
      stop: async () => {
        local.asked.push("stop");
        local.state = "STOPPING";
      },
    },
    input: {
      id: local.ids.inputId,
      get addresses() {
        if (local.isSrt) return ["srt://192.0.2.1:5050"];
        return [`rtmp://192.0.2.1:1935/live/${local.keys.at(-1)}`];
      },
      rename: ([name = ""]) => {
        local.keys.push(name.replace("live/", ""));
      },
    },
  });
  return local;
}
