/**
 * Patches p2p-media-loader-core while it is bundled. docs/decisions/core-patched-when-bundled.md explains each patch.
 * Those here only add, but for four: without Shoal's listeners and options the core does what the published one does.
 */

import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Plugin } from "esbuild";
import { HARDENING } from "./patched-core/hardening.ts";
import type { Patch } from "./patched-core/patch.ts";

/** The core's readable bundle, which the export condition `p2pml:core-as-bundle` leads to. */
export const coreBundle = join(
  resolve(import.meta.dirname, ".."),
  "node_modules/p2p-media-loader-core/dist/p2p-media-loader-core.es.js",
);

const ADDITIONS: readonly Patch[] = [
  {
    name: "announce what the storage is fetching",
    find: `
		return {
			loaded,
			httpLoading
		};`,
    replace: `
		httpLoading.push(...this.segmentStorage.getFetchingSegmentIds?.(swarmId, streamSwarmId) ?? []);
		return {
			loaded,
			httpLoading
		};`,
  },
  {
    name: "report announcements",
    find: `
				this.httpLoadingSegments = new Set(command.p);`,
    replace: `
				this.httpLoadingSegments = new Set(command.p);
				this.eventTarget.dispatchEvent("onPeerAnnouncement", {
					connection: this.connection,
					held: command.l,
					fetching: command.p
				});`,
  },
  {
    name: "name a connection's rendition and peer",
    find: `
		peerItem.potentialConnections.add(peerConnection);`,
    replace: `
		peerConnection.rendition = this.stream.runtimeId;
		peerConnection.idUtf8 = itemId;
		peerItem.potentialConnections.add(peerConnection);`,
  },
  {
    name: "report the connection of a new peer",
    find: `
		eventTarget.getEventDispatcher("onPeerConnect")({
			peerId: this.id,`,
    replace: `
		eventTarget.getEventDispatcher("onPeerConnect")({
			connection,
			peerId: this.id,`,
  },
  {
    name: "report which connection closed",
    find: `
		this.onPeerClosed({
			peerId: this.id,`,
    replace: `
		this.onPeerClosed({
			connection: this.connection,
			peerId: this.id,`,
  },
  {
    name: "options that send segments, name swarms and address trackers",
    find: `
		httpRequestSetup: void 0,
		swarmId: void 0
	};`,
    replace: `
		httpRequestSetup: void 0,
		sendSegment: void 0,
		swarmPrefix: void 0,
		trackerAddress: void 0,
		gateSwarm: void 0,
		swarmId: void 0
	};`,
  },
  {
    name: "send segments by that option",
    find: `
		if (this.uploadingContext) throw new Error(\`Some segment data is already uploading.\`);`,
    replace: `
		if (this.uploadingContext) throw new Error(\`Some segment data is already uploading.\`);
		if (this.peerConfig.sendSegment) {
			const stopping = new AbortController();
			const context = { stopUploading: () => stopping.abort(), requestId };
			this.uploadingContext = context;
			try {
				await this.peerConfig.sendSegment(data, this.connection, stopping.signal, (bytes) => this.onChunkUploaded(bytes, this.connection.idUtf8));
			} finally {
				if (this.uploadingContext === context) this.uploadingContext = void 0;
			}
			return;
		}`,
  },
  {
    name: "one side chooses between two connections",
    find: `
			for (const connection of peerItem.potentialConnections) if (connection !== peerConnection) connection.destroy();
			peerItem.potentialConnections.clear();`,
    replace: `
			peerItem.potentialConnections.delete(peerConnection);
			if (this.client.peerId < peerConnection.id) {
				for (const connection of peerItem.potentialConnections) connection.destroy();
				peerItem.potentialConnections.clear();
			}`,
  },
  {
    name: "the other side goes on with the connection that is left",
    find: `
		this.logger(\`peer closed: \${peer.id}\`);
		this._peers.delete(peer.id);`,
    replace: `
		this.logger(\`peer closed: \${peer.id}\`);
		const item = this._peers.get(peer.id);
		if (item?.peer !== peer) return;
		const left = [...item.potentialConnections].filter((connection) => !connection.destroyed);
		if (left.length === 0) {
			this._peers.delete(peer.id);
			return;
		}
		item.peer = void 0;
		left.find((connection) => connection.connected)?.emit("connect");`,
  },
  {
    name: "name swarms by a prefix",
    find: `
		const streamHash = getStreamHash(streamSwarmId);
		this.streamShortId`,
    replace: `
		const wholeHash = getStreamHash(streamSwarmId);
		const streamHash = config.swarmPrefix ? config.swarmPrefix + wholeHash.slice(0, wholeHash.length - config.swarmPrefix.length) : wholeHash;
		this.streamShortId`,
  },
  {
    name: "pass on the address of the moment",
    find: `
			announce: isSafariOrWkWebview()`,
    replace: `
			trackerAddress: this.config.trackerAddress,
			announce: isSafariOrWkWebview()`,
  },
  {
    name: "keep the address of the moment",
    find: `
		this._userAgent = opts.userAgent;`,
    replace: `
		this._userAgent = opts.userAgent;
		this._trackerAddress = opts.trackerAddress;`,
  },
  {
    name: "connect to the address of the moment",
    find: `
				url: this.announceUrl,
				agent`,
    replace: `
				url: this.client._trackerAddress?.(this.announceUrl) ?? this.announceUrl,
				agent`,
  },
  {
    name: "report the tracker's replies",
    find: `
		this.client.on("error", this.onTrackerClientError);`,
    replace: `
		this.client.on("error", this.onTrackerClientError);
		this.client.on("update", ({ complete, incomplete }) => this.eventTarget.dispatchEvent("onTrackerReply", {
			rendition: this.stream.runtimeId,
			streamType: this.stream.type,
			complete,
			incomplete
		}));
		this.gate = this.config.gateSwarm?.({
			announce: () => this.client.update(),
			part: () => this.part()
		});
		this.client.gate = this.gate;
		this.client.on("update", ({ complete, incomplete }) => this.gate?.counted(complete, incomplete));`,
  },
  {
    name: "send no offers into a swarm whose gate is closed",
    find: `
			rtcConfig: this.config.rtcConfig
		});`,
    replace: `
			rtcConfig: this.config.rtcConfig,
			getAnnounceOpts: () => this.gate?.isOpen === false ? { numwant: 0 } : {}
		});`,
  },
  {
    name: "answer no offers from a swarm whose gate is closed",
    find: `
		if (data.offer && data.peer_id) {`,
    replace: `
		if (data.offer && data.peer_id && this.client.gate?.isOpen === false) {
			this.client.gate.offered();
			return;
		}
		if (data.offer && data.peer_id) {`,
  },
  {
    name: "part from everybody in a swarm",
    find: `
	onReceivePeerConnection = (peerConnection) => {`,
    replace: `
	part() {
		for (const tracker of this.client._trackers) for (const offerId of Object.keys(tracker.peers ?? {})) {
			const offered = tracker.peers[offerId];
			delete tracker.peers[offerId];
			clearTimeout(offered.trackerTimeout);
			offered.destroy();
		}
		for (const { peer, potentialConnections } of [...this._peers.values()]) {
			const connections = [...potentialConnections];
			potentialConnections.clear();
			for (const connection of connections) connection.destroy();
			peer?.destroy();
		}
		this._peers.clear();
	}
	onReceivePeerConnection = (peerConnection) => {`,
  },
  {
    name: "a page's swarms come back to a tracker together",
    find: `
		const ms = Math.floor(Math.random() * RECONNECT_VARIANCE)`,
    replace: `
		const draws = WebSocketTracker.reconnectDraws ??= new Map();
		const draw = \`\${this.retries} \${this.announceUrl}\`;
		if (!draws.has(draw)) draws.set(draw, Math.random());
		const ms = Math.floor(draws.get(draw) * RECONNECT_VARIANCE)`,
  },
  {
    name: "a swarm that joins a socket that is still opening hears when it is open",
    find: `
			if (this.socket.connected) this._onSocketConnectBound();`,
    replace: `
			if (this.socket.connected) this._onSocketConnectBound();
			else this.socket.once("connect", this._onSocketConnectBound);`,
  },
];

/** Applies the patches to the text of the core's bundle. Throws if one doesn't fit. */
export function patchCore(bundle: string): string {
  return [...ADDITIONS, ...HARDENING].reduce((text, { name, find, replace }) => {
    const parts = text.split(find);
    if (parts.length !== 2) {
      throw new Error(
        `The patch "${name}" fits p2p-media-loader-core ${parts.length - 1} times instead of once: see docs/decisions/core-patched-when-bundled.md.`,
      );
    }
    return parts.join(replace);
  }, bundle);
}

/** Reads the core's bundle, patched. */
export async function readPatchedCore(): Promise<string> {
  return patchCore(await readFile(coreBundle, "utf8"));
}

/** Bundles the patched core wherever the core's bundle is imported. */
export const patchedCore: Plugin = {
  name: "patched-core",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]p2p-media-loader-core\.es\.js$/ }, async () => ({
      contents: await readPatchedCore(),
      loader: "js",
    }));
  },
};
