/** A channel of two pipelines has two ways out, in step with each other, and a packager that chooses between them. */

import { packagersOf } from "../asks.ts";
import { list, map } from "../distributions.ts";
import type { Rule } from "../rule.ts";

export const pipelineRules: Readonly<Record<string, Rule>> = {
  *"each pipeline sends to an endpoint of its own, all to the same packager"({ stack }) {
    for (const { id, properties } of stack.ofType("AWS::MediaLive::Channel")) {
      const pipelines = pipelinesOf(properties["ChannelClass"]);
      for (const { Id, MediaPackageSettings } of list(properties["Destinations"])) {
        const settings = list(MediaPackageSettings);
        if (settings.length !== pipelines)
          yield `${id} sends ${settings.length} times to ${Id}, with ${pipelines} pipelines`;
        for (const [index, { ChannelEndpointId }] of settings.entries())
          if (ChannelEndpointId !== `ENDPOINT_${index + 1}`)
            yield `${id}'s pipeline ${index} sends to ${ChannelEndpointId}`;
        const packagers = settings.map(({ ChannelGroup, ChannelName }) =>
          JSON.stringify([ChannelGroup, ChannelName]),
        );
        if (new Set(packagers).size > 1) yield `${id}'s pipelines send to ${packagers.join(" and ")}`;
      }
    }
  },

  *"two pipelines cut at the same pictures, by what their inputs tell them"({ stack }) {
    for (const { id, properties } of stack.ofType("AWS::MediaLive::Channel")) {
      const { OutputLockingMode, OutputLockingSettings } = map(
        map(properties["EncoderSettings"])["GlobalConfiguration"],
      );
      if (pipelinesOf(properties["ChannelClass"]) === 1) continue;
      if (OutputLockingMode !== "PIPELINE_LOCKING") yield `${id}'s pipelines don't wait for each other`;
      const { PipelineLockingMethod } = map(map(OutputLockingSettings)["PipelineLockingSettings"]);
      const types = list(properties["InputAttachments"]).map(
        ({ InputId }) => stack.find("AWS::MediaLive::Input", InputId)?.properties["Type"],
      );
      // RTMP carries no timecodes, which the default method compares.
      if (types.some((type) => /^RTMP_/.test(String(type))) && PipelineLockingMethod !== "VIDEO_ALIGNMENT")
        yield `${id}'s pipelines compare timecodes, and its input has none`;
    }
  },

  *"a packager chooses the better of two pipelines"({ stack }) {
    for (const channel of stack.ofType("AWS::MediaLive::Channel")) {
      const hasTwo = pipelinesOf(channel.properties["ChannelClass"]) === 2;
      for (const { id, properties } of packagersOf(stack, channel)) {
        const { MQCSInputSwitching } = map(properties["InputSwitchConfiguration"]);
        if ((MQCSInputSwitching === true) !== hasTwo) yield `${id} doesn't choose by the pictures' quality`;
      }
    }
  },
};

function pipelinesOf(channelClass: unknown): number {
  return channelClass === "SINGLE_PIPELINE" ? 1 : 2;
}
