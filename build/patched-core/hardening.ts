/**
 * Patches that keep a hostile peer from slowing a page down or filling its memory, written as they could be offered to
 * the library. docs/upstream.md says of each what goes wrong without it.
 */

import type { Patch } from "./patch.ts";

/** Limits in the patched code, in bytes, counts and milliseconds. */
const LIMITS = {
  /** A command with its frames. An announcement of a thousand segments has some 2 KB. */
  commandBytes: 64 * 1024,
  /** The fields of a command. None has more than four. */
  fields: 16,
  /** Numbers in one list of a command. */
  numbers: 4096,
  /** Connections that one peer may have opening: one from each side, and one of each that is about to fail. */
  openingConnections: 4,
  /** A connection that isn't open by then is closed. */
  openingMs: 15_000,
} as const;

export const HARDENING: readonly Patch[] = [
  {
    name: "a command has a longest length",
    find: `
		this.chunks.push(this.unframeCommandChunk(chunk));`,
    replace: `
		this.framedBytes = (this.framedBytes ?? 0) + chunk.byteLength;
		if (this.framedBytes > ${LIMITS.commandBytes}) throw new Error("The command is too long");
		this.chunks.push(this.unframeCommandChunk(chunk));`,
  },
  {
    name: "a command has a largest number of fields",
    find: `
		const name = String.fromCharCode(bytes[offset]);
		offset++;`,
    replace: `
		const name = String.fromCharCode(bytes[offset]);
		offset++;
		if (++fields > ${LIMITS.fields}) throw new Error("The command has too many fields");`,
  },
  {
    name: "fields are counted",
    find: `
	const deserializedCommand = { c: commandCode };
	let offset = 1;`,
    replace: `
	const deserializedCommand = { c: commandCode };
	let offset = 1;
	let fields = 0;`,
  },
  {
    name: "numbers are read in place",
    find: `deserializeInt(bytes.slice(offset));
					deserializedCommand[name]`,
    replace: `deserializeInt(bytes.subarray(offset));
					deserializedCommand[name]`,
  },
  {
    name: "lists are read in place",
    find: "deserializeSimilarIntArray(bytes.slice(offset));",
    replace: "deserializeSimilarIntArray(bytes.subarray(offset));",
  },
  {
    name: "texts are read in place",
    find: "deserializeString(bytes.slice(offset));",
    replace: "deserializeString(bytes.subarray(offset));",
  },
  {
    name: "a list's parts are read in place, and it has a largest length",
    find: `
		const { number: commonPartWithLength, byteLength } = deserializeInt(bytes.slice(offset));
		offset += byteLength;
		const arrayLength = commonPartWithLength & 255n;`,
    replace: `
		const { number: commonPartWithLength, byteLength } = deserializeInt(bytes.subarray(offset));
		offset += byteLength;
		const arrayLength = Number(commonPartWithLength & 255n);
		if (originalIntArr.length + arrayLength > ${LIMITS.numbers}) throw new Error("The list is too long");`,
  },
  {
    name: "a command is checked before it is used",
    find: `
var PeerProtocol = class {`,
    replace: `
function checkCommand(command) {
	const areCounts = (...values) => values.every((value) => Number.isSafeInteger(value) && value >= 0);
	const areLists = (...values) => values.every((value) => value === void 0 || Array.isArray(value));
	const { c, i, r, s, b, l, p } = command;
	const isRight = {
		[PeerCommandType$1.SegmentsAnnouncement]: () => areLists(l, p),
		[PeerCommandType$1.SegmentRequest]: () => areCounts(i, r, b ?? 0),
		[PeerCommandType$1.SegmentData]: () => areCounts(i, r, s),
		[PeerCommandType$1.SegmentDataSendingCompleted]: () => areCounts(i, r),
		[PeerCommandType$1.SegmentAbsent]: () => areCounts(i, r),
		[PeerCommandType$1.CancelSegmentRequest]: () => areCounts(i, r)
	}[c];
	if (!isRight?.()) throw new Error("The command isn't one of the protocol");
	return command;
}
var PeerProtocol = class {`,
  },
  {
    name: "whoever sends what isn't a command is disconnected",
    find: `
			const command = deserializeCommand(commandBuffer);
			this.eventHandlers.onCommandReceived(command);
		});
		try {
			this.commandChunks.addCommandChunk(buffer);
		} catch (err) {
			if (!(err instanceof BinaryCommandJoiningError)) return;
			this.commandChunks = void 0;
		}`,
    replace: `
			const command = checkCommand(deserializeCommand(commandBuffer));
			this.eventHandlers.onCommandReceived(command);
		});
		try {
			this.commandChunks.addCommandChunk(buffer);
		} catch {
			this.commandChunks = void 0;
			this.peerConfig.onPeerViolation?.(this.connection);
			this.connection.destroy();
		}`,
  },
  {
    name: "options for peers that break the protocol",
    find: `
		sendSegment: void 0,`,
    replace: `
		admitsPeer: void 0,
		mostSegmentBytes: void 0,
		onPeerViolation: void 0,
		sendSegment: void 0,`,
  },
  {
    name: "whoever breaks off by a protocol error is reported",
    find: `
		this.downloadingContext = void 0;
		this.downloadingErrors.push(error);
	}`,
    replace: `
		this.downloadingContext = void 0;
		this.downloadingErrors.push(error);
		if (type !== "peer-closed" && type !== "peer-segment-absent") this.peerConfig.onPeerViolation?.(this.connection);
	}`,
  },
  {
    name: "a segment has a largest size",
    find: `
					if (request.totalBytes === void 0) request.setTotalBytes(command.s);`,
    replace: `
					if (command.s > (this.peerConfig.mostSegmentBytes?.(request.segment) ?? Number.POSITIVE_INFINITY)) {
						this.sendCancelSegmentRequestCommand(request.segment, requestId);
						this.cancelSegmentDownloading("peer-protocol-violation");
						this.destroy();
						break;
					}
					this.eventTarget.dispatchEvent("onSegmentSize", { url: request.segment.url, bytes: command.s });
					if (request.totalBytes === void 0) request.setTotalBytes(command.s);`,
  },
  {
    name: "a transfer begins anew",
    find: `
		if (segmentRequest.tryCompleteByLoadedBytes({`,
    replace: `
		segmentRequest.clearLoadedBytes();
		if (segmentRequest.tryCompleteByLoadedBytes({`,
  },
  {
    name: "connections are admitted",
    find: `
		if (peerItem?.peer) {
			peerConnection.destroy();
			return;
		}`,
    replace: `
		const isRefused = peerItem ? peerItem.peer || peerItem.potentialConnections.size >= ${LIMITS.openingConnections} : this.config.admitsPeer?.(itemId, this._peers.size) === false;
		if (isRefused) {
			peerConnection.destroy();
			return;
		}`,
  },
  {
    name: "a connection that isn't a peer's fails quietly",
    find: `
		const itemId = Peer.getPeerIdFromConnection(peerConnection);`,
    replace: `
		peerConnection.on("error", () => {});
		const itemId = Peer.getPeerIdFromConnection(peerConnection);`,
  },
  {
    name: "a connection that never opens is closed, and forgotten",
    find: `
		peerConnection.on("connect", () => {
			if (peerItem.peer) return;`,
    replace: `
		const opening = setTimeout(() => peerConnection.destroy(), ${LIMITS.openingMs});
		peerConnection.once("close", () => {
			clearTimeout(opening);
			peerItem.potentialConnections.delete(peerConnection);
			const isIdle = !peerItem.peer && peerItem.potentialConnections.size === 0;
			if (isIdle && this._peers.get(itemId) === peerItem) this._peers.delete(itemId);
		});
		peerConnection.on("connect", () => {
			clearTimeout(opening);
			if (peerItem.peer) return;`,
  },
];
