/**
 * A network within one process, for tests that run the real engine: a tracker, and the parts of WebRTC's interfaces
 * that the engine's bundle uses.
 */

import { vi } from "vitest";

type Listener<Event> = ((event: Event) => void) | null;

interface Announce {
  info_hash: string;
  peer_id: string;
  event?: string;
  numwant?: number;
  offers?: { offer: unknown; offer_id: string }[];
  to_peer_id?: string;
  answer?: unknown;
  offer_id?: string;
}

/** The network's state and switches. */
export const network = {
  /** All announces since `reset()`. */
  announces: [] as Announce[],
  /** Addresses of the tracker's sockets that are open. */
  sockets: [] as string[],
  /** The ends of the core's own data channels, in the order in which they were made. */
  channels: [] as Channel[],
  /** Connections never open. */
  isDeaf: false,
  /** The tracker closes every socket. */
  dropTracker(): void {
    for (const socket of [...openSockets]) socket.close();
  },
  /** How many connections were ever constructed. */
  get connectionsMade(): number {
    return connections.size;
  },
  /** Data channels lose everything while this is set. */
  isCut: false,
  /** Bytes that each data channel claims to have in its buffer. */
  bufferedBytes: 0,
  /** The counts in the tracker's replies; null for the true ones. */
  counts: null as { complete: unknown; incomplete: unknown } | null,
  /** Newcomers also get the offers of earlier viewers, so that each pair opens two connections. */
  isGlaring: false,
  /** A connection opens a moment later for the viewer who offered it. */
  isUneven: false,
  reset(): void {
    network.announces = [];
    network.channels = [];
    network.isDeaf = false;
    network.isCut = false;
    network.bufferedBytes = 0;
    network.counts = null;
    network.isGlaring = false;
    network.isUneven = false;
    swarms.clear();
  },
};

const swarms = new Map<string, Map<string, Socket>>();
const openSockets = new Set<Socket>();
const connections = new Map<string, Connection>();

const later = (run: () => void) => setTimeout(run, 1);

class Socket {
  static readonly OPEN = 1;
  static readonly CLOSED = 3;
  readonly url: string;
  readyState = 0;
  bufferedAmount = 0;
  binaryType = "";
  onopen: (() => void) | null = null;
  onmessage: Listener<{ data: string }> = null;
  onclose: (() => void) | null = null;
  onerror: Listener<unknown> = null;

  constructor(url: string) {
    this.url = url;
    network.sockets.push(url);
    openSockets.add(this);
    later(() => {
      this.readyState = Socket.OPEN;
      this.onopen?.();
    });
  }

  send(text: string): void {
    announce(this, JSON.parse(text));
  }

  receive(message: object): void {
    later(() => this.onmessage?.({ data: JSON.stringify({ action: "announce", ...message }) }));
  }

  close(): void {
    this.readyState = Socket.CLOSED;
    openSockets.delete(this);
    network.sockets.splice(network.sockets.indexOf(this.url), 1);
    this.onclose?.();
  }
}

/** The tracker: passes each viewer's offers to the others in its swarm. */
function announce(socket: Socket, message: Announce): void {
  network.announces.push(message);
  const { info_hash, peer_id, to_peer_id, answer, offer_id } = message;
  const swarm = swarms.get(info_hash) ?? new Map<string, Socket>();
  swarms.set(info_hash, swarm);
  if (to_peer_id !== undefined) {
    swarm.get(to_peer_id)?.receive({ info_hash, peer_id, answer, offer_id });
    return;
  }
  const others = [...swarm].filter(([peerId]) => peerId !== peer_id).map(([, other]) => other);
  if (message.event === "stopped") swarm.delete(peer_id);
  else swarm.set(peer_id, socket);
  socket.receive({
    info_hash,
    interval: 120,
    ...(network.counts ?? { complete: 0, incomplete: swarm.size }),
  });
  for (const earlier of network.isGlaring ? network.announces : []) {
    const [first] = earlier.offers ?? [];
    if (earlier.info_hash !== info_hash || earlier.peer_id === peer_id || !first) continue;
    socket.receive({ info_hash, peer_id: earlier.peer_id, ...first });
  }
  for (const [index, { offer, offer_id: id }] of (message.offers ?? []).entries()) {
    others[index]?.receive({ info_hash, peer_id, offer, offer_id: id });
  }
}

class Channel {
  readonly label: string;
  /** Both sides open it by themselves, under one number. */
  readonly id: number | null;
  other: Channel | null = null;
  readyState = "connecting";
  bufferedAmountLowThreshold = 0;
  binaryType = "";
  onopen: (() => void) | null = null;
  onmessage: Listener<{ data: ArrayBuffer }> = null;
  onclose: (() => void) | null = null;
  onerror: Listener<unknown> = null;

  constructor(label: string, id: number | null = null) {
    this.label = label;
    this.id = id;
    if (id === null) network.channels.push(this);
  }

  get bufferedAmount(): number {
    return network.bufferedBytes;
  }

  send(data: ArrayBuffer | Uint8Array): void {
    const bytes = new Uint8Array(data).slice();
    const { other } = this;
    if (!network.isCut) later(() => other?.onmessage?.({ data: bytes.buffer }));
  }

  join(other: Channel): void {
    for (const [channel, peer] of [
      [other, this],
      [this, other],
    ] as const) {
      channel.other = peer;
      const isOfferer = channel === this;
      if (network.isUneven && isOfferer) later(() => channel.open());
      else channel.open();
    }
  }

  open(): void {
    if (this.readyState === "closed" || network.isDeaf) return;
    this.readyState = "open";
    this.onopen?.();
  }

  close(): void {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    later(() => {
      this.onclose?.();
      this.other?.abort();
    });
  }

  /** What a browser tells whose peer closed the connection. */
  abort(): void {
    if (this.readyState === "closed") return;
    this.onerror?.({
      error: new DOMException("User-Initiated Abort, reason=Close called", "OperationError"),
    });
    this.close();
  }
}

interface Description {
  type: "offer" | "answer";
  sdp: string;
}

class Connection {
  readonly #id = `connection ${connections.size}`;
  readonly channels: Channel[] = [];
  other: Connection | null = null;
  localDescription: Description | null = null;
  remoteDescription: Description | null = null;
  iceConnectionState = "new";
  iceGatheringState = "new";
  connectionState = "new";
  signalingState = "stable";
  oniceconnectionstatechange: (() => void) | null = null;
  onsignalingstatechange: (() => void) | null = null;
  onicecandidate: Listener<{ candidate: null }> = null;
  ondatachannel: Listener<{ channel: Channel }> = null;

  constructor() {
    connections.set(this.#id, this);
  }

  createDataChannel(label: string, { negotiated = false, id = 0 } = {}): Channel {
    const channel = new Channel(label, negotiated ? id : null);
    this.channels.push(channel);
    const theirs = this.other?.channels.find((one) => negotiated && one.id === id);
    if (theirs) later(() => channel.join(theirs));
    return channel;
  }

  async createOffer(): Promise<Description> {
    return { type: "offer", sdp: this.#id };
  }

  async createAnswer(): Promise<Description> {
    return { type: "answer", sdp: this.#id };
  }

  async setLocalDescription(description: Description): Promise<void> {
    this.localDescription = description;
    later(() => this.onicecandidate?.({ candidate: null }));
  }

  async setRemoteDescription(description: Description): Promise<void> {
    this.remoteDescription = description;
    const other = connections.get(description.sdp);
    if (description.type === "answer" && other) later(() => this.#connect(other));
  }

  #connect(other: Connection): void {
    for (const connection of [this, other]) {
      connection.iceConnectionState = "connected";
      connection.oniceconnectionstatechange?.();
      connection.onsignalingstatechange?.();
    }
    this.other = other;
    other.other = this;
    for (const channel of this.channels) {
      const theirs = new Channel(channel.label);
      other.channels.push(theirs);
      other.ondatachannel?.({ channel: theirs });
      channel.join(theirs);
    }
  }

  async getStats(): Promise<Map<string, object>> {
    return new Map<string, object>([
      ["pair", { id: "pair", type: "candidate-pair" }],
      ["transport", { id: "transport", type: "transport", selectedCandidatePairId: "pair" }],
    ]);
  }

  close(): void {
    this.connectionState = "closed";
    for (const channel of this.channels) channel.close();
  }
}

/** Installs the globals that the engine's bundle looks up when it is loaded. Call it before that. */
export function installNetwork(): void {
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("WebSocket", Socket);
  vi.stubGlobal("RTCPeerConnection", Connection);
  vi.stubGlobal("RTCSessionDescription", Object);
  vi.stubGlobal("RTCIceCandidate", Object);
}
