// The main colour of the video's upper half, where the test card has no clock.
window.frameColour = (video) => {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return "nothing";
  const canvas = new OffscreenCanvas(8, 8);
  const drawing = canvas.getContext("2d");
  drawing.drawImage(video, 0, 0, video.videoWidth, video.videoHeight / 2, 0, 0, 8, 8);
  const { data } = drawing.getImageData(0, 0, 8, 8);
  const isAll = (channel) =>
    data.every((value, index) => index % 4 === 3 || value > 150 === (index % 4 === channel));
  return isAll(0) ? "red" : isAll(2) ? "blue" : "something else";
};
