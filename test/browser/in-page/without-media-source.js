// Like a browser with neither Media Source Extensions nor native HLS.
delete window.MediaSource;
delete window.ManagedMediaSource;
delete window.WebKitMediaSource;
HTMLMediaElement.prototype.canPlayType = () => "";
