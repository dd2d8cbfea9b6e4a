/** The browser's own WebRTC, in the place of the package through which the clients reach for it in Node. */

export const { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate } = globalThis;
