// As in a browser that has neither Media Source Extensions nor HLS of its own.
delete window.MediaSource;
delete window.ManagedMediaSource;
delete window.WebKitMediaSource;
HTMLMediaElement.prototype.canPlayType = () => "";
