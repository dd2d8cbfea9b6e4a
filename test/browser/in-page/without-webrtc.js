// As in a browser whose owner, or whose company, has switched WebRTC off.
delete window.RTCPeerConnection;
delete window.webkitRTCPeerConnection;
delete window.RTCDataChannel;
