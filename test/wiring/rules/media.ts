/** Encoder and packager fit together: names inside the channel, and lengths that divide. */

import { inputsOf, packagersOf, passphraseOf } from "../asks.ts";
import { list, map } from "../distributions.ts";
import { texts } from "../iam.ts";
import type { Json } from "../identity.ts";
import type { Rule } from "../rule.ts";

export const mediaRules: Readonly<Record<string, Rule>> = {
  *"the encoder sends to packagers that are there, which are made before it"({ stack }) {
    for (const channel of stack.ofType("AWS::MediaLive::Channel")) {
      const packagers = packagersOf(stack, channel);
      const settings = list(channel.properties["Destinations"]).flatMap(({ MediaPackageSettings }) =>
        list(MediaPackageSettings),
      );
      if (settings.length === 0 || packagers.length === 0)
        yield `${channel.id} sends to no packager of the stack`;
      for (const { id, properties } of packagers) {
        if (!stack.before(channel.id).has(id)) yield `${channel.id} may be made before ${id}`;
        if (properties["InputType"] !== "CMAF") yield `${id} doesn't take what MediaLive sends`;
      }
    }
  },

  *"names inside the channel lead somewhere"({ stack }) {
    for (const { id, properties } of stack.ofType("AWS::MediaLive::Channel")) {
      const encoder = properties["EncoderSettings"] as Json;
      const names = (value: unknown) => list(value).map(({ Name, Id }) => String(Name ?? Id));
      const groups = list(encoder["OutputGroups"]);
      const outputs = groups.flatMap(({ Outputs }) => list(Outputs));
      const destinations = [...JSON.stringify(groups).matchAll(/"DestinationRefId":"([^"]*)"/g)].map(
        ([, ref]) => ref,
      );
      const pairs: [string, unknown[], string[]][] = [
        ["destination", destinations, names(properties["Destinations"])],
        [
          "video",
          outputs.flatMap((output) => texts(output["VideoDescriptionName"])),
          names(encoder["VideoDescriptions"]),
        ],
        [
          "audio",
          outputs.flatMap((output) => texts(output["AudioDescriptionNames"])),
          names(encoder["AudioDescriptions"]),
        ],
      ];
      for (const [what, used, declared] of pairs) {
        for (const name of used) if (!declared.includes(String(name))) yield `${id} has no ${what} ${name}`;
        for (const name of declared) if (!used.includes(name)) yield `${id} never uses ${what} ${name}`;
        if (new Set(declared).size < declared.length) yield `${id} has a ${what} twice`;
      }
      const outputNames = outputs.map(({ OutputName }) => OutputName);
      if (new Set(outputNames).size < outputNames.length) yield `${id} has an output twice`;
    }
  },

  *"the channel's inputs are the stack's, with one address for each pipeline, and open to those who may send"({
    stack,
  }) {
    for (const channel of stack.ofType("AWS::MediaLive::Channel")) {
      const { id, properties } = channel;
      const inputs = inputsOf(stack, channel);
      const pipelines = properties["ChannelClass"] === "SINGLE_PIPELINE" ? 1 : 2;
      if (inputs.length !== 1) yield `${id} has ${inputs.length} inputs`;
      for (const input of inputs) {
        const addresses = input?.identity.attributes["Destinations"] as unknown[] | undefined;
        if (!input) yield `${id} has an input that isn't there`;
        else if (addresses?.length !== pipelines)
          yield `${input.id} has ${addresses?.length} addresses for ${pipelines} pipelines`;
        if (
          list(input?.properties["Destinations"]).some(
            ({ StreamName }) => !/^live\/.+/.test(String(StreamName)),
          )
        )
          yield `${input?.id} isn't at /live`;
        const groups = texts(input?.properties["InputSecurityGroups"]);
        if (
          groups.length === 0 ||
          groups.some((group) => !stack.find("AWS::MediaLive::InputSecurityGroup", group))
        )
          yield `${input?.id} has no security group`;
      }
    }
  },

  *"what comes in by SRT is encrypted, with a passphrase that broadcasters are told"({ stack }) {
    for (const input of stack.ofType("AWS::MediaLive::Input")) {
      const { SrtListenerSettings } = map(input.properties["SrtSettings"]);
      if ((input.properties["Type"] === "SRT_LISTENER") !== (SrtListenerSettings !== undefined))
        yield `${input.id} is no SRT input, or isn't set up as one`;
      if (SrtListenerSettings === undefined) continue;
      const { Decryption, MinimumLatency } = map(SrtListenerSettings);
      const [address] = input.identity.attributes["Destinations"] as string[];
      const secret = passphraseOf(stack, input);
      if (map(Decryption)["Algorithm"] !== "AES256" || !secret) yield `${input.id} isn't encrypted`;
      // What the service takes.
      if (!(Number(MinimumLatency) >= 120 && Number(MinimumLatency) <= 15_000))
        yield `${input.id} waits ${MinimumLatency} ms for what was lost`;
      const told = `${address}?passphrase=${secret?.properties["SecretString"]}&pbkeylen=32`;
      if (!Object.values(stack.outputs).includes(told)) yield `nobody is told of ${told}`;
    }
  },

  *"there is no input but the channel's, and no passphrase but its own, which it reads as it starts"({
    stack,
  }) {
    const inputs = stack.ofType("AWS::MediaLive::Channel").flatMap((channel) => inputsOf(stack, channel));
    for (const input of stack.ofType("AWS::MediaLive::Input"))
      if (!inputs.includes(input)) yield `no channel takes ${input.id}`;
    const stop = stack
      .ofType("Custom::ChannelStop")
      .find(({ properties }) => properties["Before"] === "change");
    for (const secret of stack.ofType("AWS::SecretsManager::Secret")) {
      if (!inputs.some((input) => passphraseOf(stack, input) === secret)) yield `no input reads ${secret.id}`;
      for (const parameter of stack.parametersOf(secret.id))
        if (stop && !(parameter in stop.properties))
          yield `${stop.id} isn't told of ${parameter}, which changes ${secret.id}`;
    }
  },

  *"every rendition cuts at the same instants"({ stack }) {
    for (const { id, properties } of stack.ofType("AWS::MediaLive::Channel")) {
      const videos = list((properties["EncoderSettings"] as Json)["VideoDescriptions"]).map(
        ({ CodecSettings }) => (CodecSettings as Json)["H264Settings"] as Json,
      );
      const { Profile: _, QvbrQualityLevel: __, MaxBitrate: ___, ...first } = videos[0] ?? {};
      for (const { Profile, QvbrQualityLevel, MaxBitrate, ...other } of videos)
        if (JSON.stringify(other) !== JSON.stringify(first))
          yield `${id}'s renditions differ in more than their size`;
      for (const [name, wanted] of Object.entries(CUTS))
        if (videos.some((video) => String(video[name]) !== wanted)) yield `${id}: ${name} must be ${wanted}`;
    }
  },

  *"every rendition says how large and how good it is, the larger first"({ stack }) {
    for (const { id, properties } of stack.ofType("AWS::MediaLive::Channel")) {
      const encoder = properties["EncoderSettings"] as Json;
      // No output has more than comes in.
      const incoming = map(properties["InputSpecification"])["MaximumBitrate"];
      let above = 1_000_000 * Number(/^MAX_(\d+)_MBPS$/.exec(String(incoming))?.[1]) + 1;
      for (const { Name, Width, Height, CodecSettings } of list(encoder["VideoDescriptions"])) {
        const { MaxBitrate, QvbrQualityLevel, Profile } = map(map(CodecSettings)["H264Settings"]);
        const [wide, high, most] = [Width, Height, MaxBitrate].map(Number);
        if (!wide || !high || Math.abs(wide / high - 16 / 9) > 0.01 || wide % 2 || high % 2)
          yield `${id}: ${Name} is ${Width}×${Height}`;
        if (!most || most >= above) yield `${id}: ${Name} has ${MaxBitrate} bit/s at most`;
        if (QvbrQualityLevel === undefined || Profile === undefined)
          yield `${id}: ${Name} says nothing of quality or profile`;
        above = most || above;
      }
      for (const { Name, AudioSelectorName, CodecSettings } of list(encoder["AudioDescriptions"])) {
        const { Bitrate, SampleRate, CodingMode } = map(map(CodecSettings)["AacSettings"]);
        if (AudioSelectorName !== "default")
          yield `${id}: ${Name} takes ${AudioSelectorName}, and no input selects that`;
        if (SampleRate !== 48_000 || !AAC_BITRATES.includes(Number(Bitrate)) || CodingMode === undefined)
          yield `${id}: ${Name} has ${Bitrate} bit/s at ${SampleRate} Hz`;
      }
      for (const { Outputs, OutputGroupSettings } of list(encoder["OutputGroups"])) {
        const { MediapackageV2GroupSettings } = map(map(OutputGroupSettings)["MediaPackageGroupSettings"]);
        const { SegmentLength, SegmentLengthUnits } = map(MediapackageV2GroupSettings);
        if (!SegmentLength || SegmentLengthUnits !== "SECONDS")
          yield `${id} doesn't say how long a segment is`;
        for (const { OutputName, OutputSettings } of list(Outputs))
          if (map(OutputSettings)["MediaPackageOutputSettings"] === undefined)
            yield `${id}: ${OutputName} isn't for MediaPackage`;
      }
      const { Codec, Resolution, MaximumBitrate } = map(properties["InputSpecification"]);
      if (!Codec || !Resolution || !MaximumBitrate)
        yield `${id} doesn't say what comes in, which sets its price`;
    }
  },

  *"lengths divide: pictures of a segment, segments of the packager, windows"({ stack }) {
    for (const channel of stack.ofType("AWS::MediaLive::Channel")) {
      const text = JSON.stringify(channel.properties);
      const numbers = (name: string) =>
        [...text.matchAll(new RegExp(`"${name}":"?([\\d.]+)`, "g"))].map(([, n]) => Number(n));
      const segments = numbers("SegmentLength");
      for (const gop of numbers("GopSize"))
        for (const segment of segments)
          if (!(segment % gop === 0))
            yield `${channel.id}: ${segment} s of a segment aren't whole groups of ${gop} s`;
      for (const { id, properties } of stack.ofType("AWS::MediaPackageV2::OriginEndpoint")) {
        const packaged = Number((properties["Segment"] as Json | undefined)?.["SegmentDurationSeconds"]);
        for (const segment of segments)
          if (packaged !== segment) yield `${id} cuts at ${packaged} s, the encoder at ${segment} s`;
        const manifests = [...list(properties["HlsManifests"]), ...list(properties["DashManifests"])];
        const kept = Number(properties["StartoverWindowSeconds"]);
        for (const { ProgramDateTimeIntervalSeconds } of list(properties["HlsManifests"]))
          if (ProgramDateTimeIntervalSeconds !== packaged) yield `${id}: not every segment says its time`;
        for (const { MinUpdatePeriodSeconds } of list(properties["DashManifests"]))
          if (MinUpdatePeriodSeconds !== packaged)
            yield `${id}: players ask every ${MinUpdatePeriodSeconds} s`;
        for (const {
          ManifestWindowSeconds,
          MinBufferTimeSeconds,
          SuggestedPresentationDelaySeconds,
        } of manifests) {
          if (!(Number(ManifestWindowSeconds) <= kept))
            yield `${id} lists ${ManifestWindowSeconds} s, but keeps ${kept} s`;
          if (Number(MinBufferTimeSeconds ?? 0) >= Number(SuggestedPresentationDelaySeconds ?? 1))
            yield `${id}: players buffer more than their delay`;
        }
      }
    }
  },
};

/** Settings without which the encoder cuts where it likes, or as each rendition needs. */
const CUTS: Readonly<Record<string, string>> = {
  GopSizeUnits: "SECONDS",
  GopClosedCadence: "1",
  SceneChangeDetect: "DISABLED",
  FramerateControl: "SPECIFIED",
};

/** Bit rates of AAC-LC in stereo at 48 kHz that MediaLive has. */
const AAC_BITRATES = [96_000, 112_000, 128_000, 160_000, 192_000, 224_000, 256_000];
