/**
 * Shaka Player, HLS and DASH: call `shareShaka(shaka, player, stream)` before `player.load(…)`. A request filter
 * marks the segments that sharing delivers, and a network plugin answers those requests. Shaka fetches everything
 * else itself.
 */

import type shaka from "shaka-player";
import { withQueryOf } from "../playback/address-query.ts";
import type { PlayerAdapter, SegmentRequest } from "../playback/shell/player-adapter.ts";
import { StreamSharing } from "../playback/shell/stream-sharing.ts";
import type { Stream } from "../playback/stream.ts";
import { TICKET_REFUSED, withoutTicket } from "../playback/tickets.ts";
import type { Geometry } from "../sharing/geometry.ts";
import type { Delivery } from "../sharing/scheduler-events.ts";
import { type ListedRendition, renditionsIn, sequencesIn } from "./hls-text.ts";
import { dashRendition, liveSegments, sequenceInName } from "./shaka-segments.ts";
import { SharedPlayback, type Sharing } from "./shared-playback.ts";

export { readStream, type Stream } from "../playback/stream.ts";
export type { Sharing } from "./shared-playback.ts";
export { sharingNotice } from "./sharing-notice.ts";

export interface ShakaSharingHandle extends Sharing {
  /** Ends sharing; call it before `player.destroy()`. */
  destroy(): void;
}

type Shaka = typeof shaka;
type Context = shaka.extern.RequestContext | undefined;

/** What was appended can't be decoded, or not even parsed: MEDIA_ERR_DECODE and MEDIA_ERR_SRC_NOT_SUPPORTED. */
const MEDIA_ERRORS: readonly number[] = [3, 4];

/** Requests that a filter has marked. Shaka's plugins are global, so all players of a page use this one map. */
const marked = new WeakMap<shaka.extern.Request, { segment: SegmentRequest; sharing: StreamSharing }>();

/** Makes a player share. Throws if the player isn't attached to its video element yet. */
export function shareShaka(library: Shaka, player: shaka.Player, stream: Stream): ShakaSharingHandle {
  const video = player.getMediaElement();
  if (!video) throw new Error("Attach the player to its video element before calling shareShaka.");
  registerPlugin(library);
  return new ShakaSharing(library, player, video as HTMLVideoElement, stream);
}

class ShakaSharing extends SharedPlayback implements PlayerAdapter, ShakaSharingHandle {
  readonly #shaka: Shaka;
  readonly #player: shaka.Player;
  readonly #video: HTMLVideoElement;
  readonly #sharing: StreamSharing;
  readonly #listening = new AbortController();
  #listed: ListedRendition[] = [];
  #endSeconds: number | null = null;
  /** For each media playlist's address, its segments' addresses and media sequence numbers. */
  readonly #playlists = new Map<string, Map<string, number>>();
  /** The streams that Shaka plays, by rendition. */
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
    player.addEventListener("error", this.#onError);
    // Before Shaka hears of it, which begins anew at once: the element says no more then of what went wrong.
    video.addEventListener("error", this.#onVideoError, { signal, capture: true });
    this.begin(player, video, this.#sharing, () => this.#delaySeconds());
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
    this.#player.removeEventListener("error", this.#onError);
    this.#listening.abort();
    this.end();
    this.#sharing.destroy();
  }

  readonly #filterRequest: shaka.extern.RequestFilter = async (_type, request, context) => {
    const [address = ""] = request.uris;
    marked.delete(request);
    // Shaka retries after a failure or after ten seconds. A retry goes to the CDN.
    const segment = request.attempt === 0 ? this.#sharedSegment(address, context) : null;
    if (segment) marked.set(request, { segment, sharing: this.#sharing });
    else request.uris = [await this.#ticketed(this.requestAddress(address))];
  };

  #ticketed(address: string): string | Promise<string> {
    return this.options.tickets?.address(address) ?? address;
  }

  readonly #filterResponse: shaka.extern.ResponseFilter = (_type, response, context) => {
    // Shaka resolves the addresses in a manifest against this one.
    response.uri = withoutTicket(response.uri);
    const { AdvancedRequestType } = this.#shaka.net.NetworkingEngine;
    const { stats } = this.options;
    const bytes = response.data.byteLength;
    switch (context?.type) {
      case AdvancedRequestType.MASTER_PLAYLIST:
      case AdvancedRequestType.MEDIA_PLAYLIST:
        this.#readPlaylist(new TextDecoder().decode(response.data), response.uri, bytes);
        break;
      case AdvancedRequestType.MEDIA_SEGMENT:
        if (marked.has(response.originalRequest)) break;
        stats.segment("cdn");
        stats.received("cdn", bytes);
        break;
      default:
        stats.received("cdn", bytes);
    }
    // Deferred because Shaka parses the manifest after its filters ran.
    setTimeout(() => this.#updateAll());
  };

  readonly #onError = (event: unknown): void => {
    const { detail } = event as { detail?: shaka.util.Error };
    const { Category, Code } = this.#shaka.util.Error;
    if (detail?.category === Category.MEDIA) this.#sharing.mediaBroke();
    const isRefused = detail?.code === Code.BAD_HTTP_STATUS && detail.data[1] === TICKET_REFUSED;
    if (isRefused) this.options.tickets?.refused();
  };

  /** Shaka mends most of these by itself, without an event before it asks for the same segments again. */
  readonly #onVideoError = (): void => {
    if (MEDIA_ERRORS.includes(this.#video.error?.code ?? 0)) this.#sharing.mediaBroke();
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

  /** The segment that is requested; null if sharing doesn't deliver it. */
  #sharedSegment(address: string, context: Context): SegmentRequest | null {
    const { AdvancedRequestType } = this.#shaka.net.NetworkingEngine;
    if (context?.type !== AdvancedRequestType.MEDIA_SEGMENT || !context.stream) return null;
    const rendition = this.#renditionOf(address, context.stream);
    const sequence = this.#sequenceOf(rendition, address);
    if (sequence === null) return null;
    this.#streams.set(rendition, context.stream);
    this.#update(rendition, context.stream);
    if (!this.#sharing.brings(rendition, sequence)) return null;
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
    const last = segments.at(-1);
    if (!last) return;
    this.#sharing.update(kindOf(stream), rendition, segments);
    if (kindOf(stream) === "main") this.#endSeconds = last.endSeconds;
  }

  /** Seconds from the playhead to the end of the newest segment. */
  #delaySeconds(): number | null {
    return this.#endSeconds === null ? null : this.#endSeconds - this.#video.currentTime;
  }
}

function registerPlugin({ net, util }: Shaka): void {
  const { NetworkingEngine, HttpFetchPlugin } = net;
  const plugin: shaka.extern.SchemePlugin = (uri, request, ...rest) => {
    const shared = marked.get(request);
    return shared
      ? answered(util, request, shared.segment, shared.sharing)
      : HttpFetchPlugin.parse(uri, request, ...rest);
  };
  for (const scheme of ["http", "https"]) {
    NetworkingEngine.registerScheme(scheme, plugin, NetworkingEngine.PluginPriority.APPLICATION, true);
  }
}

function answered(
  { AbortableOperation, Error: ShakaError }: Shaka["util"],
  originalRequest: shaka.extern.Request,
  segment: SegmentRequest,
  sharing: StreamSharing,
): shaka.extern.IAbortableOperation<shaka.extern.Response> {
  const { Severity, Category, Code } = ShakaError;
  const { url } = segment;
  let cancel = () => {};
  const response = new Promise<shaka.extern.Response>((resolve, reject) => {
    const refuse = (code: shaka.util.Error.Code, ...data: unknown[]) =>
      reject(new ShakaError(Severity.RECOVERABLE, Category.NETWORK, code, url, ...data));
    const stop = sharing.request(segment, {
      deliver: ({ data, bitsPerSecond }: Delivery) => {
        const timeMs = bitsPerSecond > 0 ? (data.byteLength * 8000) / bitsPerSecond : 0;
        resolve({
          uri: url,
          originalUri: url,
          originalRequest,
          // A copy, because Shaka may write into it and peers are served from the same bytes.
          data: data.slice(0),
          headers: {},
          status: 200,
          timeMs,
          // Without a duration it says nothing about throughput.
          fromCache: timeMs === 0,
        });
      },
      fail: (status, text) => refuse(Code.BAD_HTTP_STATUS, status, text),
    });
    cancel = () => {
      stop();
      refuse(Code.OPERATION_ABORTED);
    };
  });
  return new AbortableOperation(response, async () => cancel());
}

function kindOf({ type }: shaka.extern.Stream): SegmentRequest["kind"] {
  return type === "audio" ? "secondary" : "main";
}

function withoutQuery(address: string): string {
  return address.split("?")[0] ?? address;
}
