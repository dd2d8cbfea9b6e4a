/** Offers the sound with one tap while the stream plays muted, as browsers make it start. */

export function offerSound(button: HTMLButtonElement, video: HTMLVideoElement): void {
  const withdraw = () => {
    button.hidden = true;
  };
  video.addEventListener(
    "playing",
    () => {
      button.hidden = !video.muted;
    },
    { once: true },
  );
  // However the sound came on, or however loud it was made, the offer has done its work.
  video.addEventListener("volumechange", () => {
    if (!video.muted) withdraw();
  });
  button.addEventListener("click", () => {
    video.muted = false;
    if (video.volume === 0) video.volume = 1;
    withdraw();
  });
}
