/**
 * Shaka Player, HLS and DASH: `shareShaka(shaka, player, stream)` before `player.load(…)`. A request filter
 * sends a shared segment to a URI scheme of Shoal's own, where the engine answers; everything else Shaka
 * fetches as it always does.
 */

import type shaka from "shaka-player";
import type { Stream } from "../module/stream.ts";
import { withQueryOf } from "../sharing/address-query.ts";
import type { Geometry } from "../sharing/geometry.ts";
import type { Delivery } from "../sharing/journey.ts";
import { type SegmentRequest, type SharedPlayer, StreamSharing } from "../sharing/stream-sharing.ts";
import { type ListedRendition, renditionsIn, sequencesIn } from "./hls-text.ts";
import { dashRendition, liveSegments, sequenceInName } from "./shaka-segments.ts";
import { SharedPlayback, type Sharing } from "./shared-playback.ts";

export { readStream, type Stream } from "../module/stream.ts";
export type { Sharing } from "./shared-playback.ts";

export interface ShakaSharingHandle extends Sharing {
  /** Ends sharing; call it before `player.destroy()`. */
  destroy(): void;
}

type Shaka = typeof shaka;
type Context = shaka.extern.RequestContext | undefined;

const SCHEME = "shoal";

/** Segments on their way through the scheme, by URI. The scheme is Shaka's, so it is one for all players. */
const underway = new Map<string, { request: SegmentRequest; sharing: StreamSharing }>();
let requestCount = 0;

/** Makes a player share. It must be attached to its video element already. */
export function shareShaka(library: Shaka, player: shaka.Player, stream: Stream): ShakaSharingHandle {
  const video = player.getMediaElement();
  if (!video) throw new Error("Attach the player to its video element before it shares.");
  registerScheme(library);
  return new ShakaSharing(library, player, video as HTMLVideoElement, stream);
}

class ShakaSharing extends SharedPlayback implements SharedPlayer, ShakaSharingHandle {
  readonly #shaka: Shaka;
  readonly #player: shaka.Player;
  readonly #video: HTMLVideoElement;
  readonly #sharing: StreamSharing;
  readonly #listening = new AbortController();
  #listed: ListedRendition[] = [];
  /** What media playlists told of the segments: their numbers, and the playlist itself. */
  readonly #playlists = new Map<string, Map<string, number>>();
  /** The streams that Shaka plays, by the rendition that each of them is. */
  readonly #streams = new Map<string, shaka.extern.Stream>();

  constructor(library: Shaka, player: shaka.Player, video: HTMLVideoElement, stream: Stream) {
    super(stream);
    this.#shaka = library;
    this.#player = player;
    this.#video = video;
    this.#sharing = new StreamSharing(this.options, this);
    this.play(this.#sharing.geometry);
    const network = player.getNetworkingEngine();
    network?.registerRequestFilter(this.#filterRequest);
    network?.registerResponseFilter(this.#filterResponse);
    this.#sharing.followMedia();
    const { signal } = this.#listening;
    video.addEventListener("loadeddata", this.#sharing.start, { signal });
    this.begin(video, this.#sharing, () => this.#delaySeconds());
  }

  media(): HTMLMediaElement {
    return this.#video;
  }

  renditions(): Iterable<ListedRendition> {
    return this.#listed;
  }

  play({ delaySeconds, forwardBufferSeconds }: Geometry): void {
    this.#player.configure({
      manifest: { defaultPresentationDelay: delaySeconds, dash: { ignoreSuggestedPresentationDelay: true } },
      streaming: { bufferingGoal: forwardBufferSeconds },
    });
  }

  requestAddress(address: string): string {
    return withQueryOf(this.#player.getAssetUri() ?? address, address);
  }

  destroy(): void {
    const network = this.#player.getNetworkingEngine();
    network?.unregisterRequestFilter(this.#filterRequest);
    network?.unregisterResponseFilter(this.#filterResponse);
    this.#listening.abort();
    this.end();
    this.#sharing.destroy();
  }

  readonly #filterRequest: shaka.extern.RequestFilter = (_type, request, context) => {
    const [address = ""] = request.uris;
    // A second try after a failure takes the plain way.
    const before = underway.get(address);
    underway.delete(address);
    const plain = before ? before.request.url : address;
    const wanted = before ? null : this.#sharedSegment(plain, context);
    if (!wanted) {
      request.uris = [this.requestAddress(plain)];
      return;
    }
    requestCount += 1;
    const uri = `${SCHEME}:${requestCount}`;
    underway.set(uri, { request: wanted, sharing: this.#sharing });
    request.uris = [uri];
  };

  readonly #filterResponse: shaka.extern.ResponseFilter = (_type, response, context) => {
    const { AdvancedRequestType } = this.#shaka.net.NetworkingEngine;
    const { figures } = this.options;
    const bytes = response.data.byteLength;
    switch (context?.type) {
      case AdvancedRequestType.MASTER_PLAYLIST:
      case AdvancedRequestType.MEDIA_PLAYLIST:
        this.#readPlaylist(new TextDecoder().decode(response.data), response.uri, bytes);
        break;
      case AdvancedRequestType.MEDIA_SEGMENT:
        if (response.originalRequest.uris[0]?.startsWith(`${SCHEME}:`)) break;
        figures.segment("cdn");
        figures.received("cdn", bytes);
        break;
      default:
        figures.received("cdn", bytes);
    }
    // Shaka reads the manifest after its filters have.
    setTimeout(() => this.#updateAll());
  };

  #readPlaylist(text: string, address: string, bytes: number): void {
    this.#sharing.readPlaylist(text, bytes);
    const listed = renditionsIn(text, address).map((one) => ({
      ...one,
      rendition: withoutQuery(one.rendition),
    }));
    if (listed.length > 0) this.#listed = listed;
    const sequences = sequencesIn(text, address);
    if (sequences.size > 0) this.#playlists.set(withoutQuery(address), sequences);
  }

  /** The request as sharing knows it; null for what it doesn't bring. */
  #sharedSegment(address: string, context: Context): SegmentRequest | null {
    const { AdvancedRequestType } = this.#shaka.net.NetworkingEngine;
    if (context?.type !== AdvancedRequestType.MEDIA_SEGMENT || !context.stream) return null;
    const rendition = this.#renditionOf(address, context.stream);
    const sequence = this.#sequenceOf(rendition, address);
    if (sequence === null) return null;
    this.#streams.set(rendition, context.stream);
    this.#update(rendition, context.stream);
    if (!this.#sharing.brings(rendition)) return null;
    return { kind: kindOf(context.stream), rendition, sequence, url: address };
  }

  #renditionOf(address: string, stream: shaka.extern.Stream): string {
    for (const [playlist, sequences] of this.#playlists) if (sequences.has(address)) return playlist;
    const dash = dashRendition(kindOf(stream), stream);
    if (!this.#listed.some(({ rendition }) => rendition === dash.rendition)) this.#listed.push(dash);
    return dash.rendition;
  }

  #sequenceOf(rendition: string, address: string): number | null {
    const listed = this.#playlists.get(rendition);
    return listed ? (listed.get(address) ?? null) : sequenceInName(address);
  }

  #updateAll(): void {
    for (const [rendition, stream] of this.#streams) this.#update(rendition, stream);
  }

  #update(rendition: string, stream: shaka.extern.Stream): void {
    if (!this.#player.isLive()) return;
    const segments = liveSegments(stream, (address) => this.#sequenceOf(rendition, address));
    if (segments.length > 0) this.#sharing.update(kindOf(stream), rendition, segments);
  }

  #delaySeconds(): number | null {
    const timeline = this.#player.getManifest()?.presentationTimeline;
    return timeline ? timeline.getSegmentAvailabilityEnd() - this.#video.currentTime : null;
  }
}

function registerScheme(library: Shaka): void {
  const { NetworkingEngine } = library.net;
  NetworkingEngine.registerScheme(
    SCHEME,
    (uri, request) => answered(library, uri, request),
    NetworkingEngine.PluginPriority.APPLICATION,
    // Progress is reported once, at the end, as an answer's `timeMs`.
    false,
  );
}

function answered(
  library: Shaka,
  uri: string,
  originalRequest: shaka.extern.Request,
): shaka.extern.IAbortableOperation<shaka.extern.Response> {
  const { Error: ShakaError, AbortableOperation } = library.util;
  const { Severity, Category, Code } = ShakaError;
  const wanted = underway.get(uri);
  if (!wanted) {
    return AbortableOperation.failed(
      new ShakaError(Severity.RECOVERABLE, Category.NETWORK, Code.HTTP_ERROR, uri),
    );
  }
  const { request, sharing } = wanted;
  let cancel = () => {};
  const response = new Promise<shaka.extern.Response>((resolve, reject) => {
    cancel = sharing.request(request, {
      deliver: ({ data, bitsPerSecond }: Delivery) => {
        underway.delete(uri);
        const timeMs = bitsPerSecond > 0 ? (data.byteLength * 8000) / bitsPerSecond : 0;
        resolve({
          uri: request.url,
          originalUri: request.url,
          originalRequest,
          // Shaka may write into what it gets, and other viewers are served from the same bytes.
          data: data.slice(0),
          headers: {},
          status: 200,
          timeMs,
          fromCache: timeMs === 0,
        });
      },
      fail: (status, text) =>
        reject(
          new ShakaError(Severity.RECOVERABLE, Category.NETWORK, Code.BAD_HTTP_STATUS, uri, status, text),
        ),
    });
  });
  return new AbortableOperation(response, async () => {
    underway.delete(uri);
    cancel();
  });
}

function kindOf({ type }: shaka.extern.Stream): SegmentRequest["kind"] {
  return type === "audio" ? "secondary" : "main";
}

function withoutQuery(address: string): string {
  return address.split("?")[0] ?? address;
}
