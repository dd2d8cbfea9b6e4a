/** Asks again and again while the page is looked at. */

const SECONDS = 10;

/**
 * `look` is called every ten seconds, one after the other, and at once when the page is looked at again; every second while
 * `isUrgent`.
 */
export function keepLooking(
  look: () => Promise<void>,
  onError: (error: Error) => void,
  isUrgent = () => false,
): void {
  let isLooking = false;
  let waited = 0;
  const lookNow = () => {
    if (document.hidden || isLooking) return;
    isLooking = true;
    waited = 0;
    look()
      .catch(onError)
      .finally(() => {
        isLooking = false;
      });
  };
  setInterval(() => {
    waited++;
    if (waited >= SECONDS || isUrgent()) lookNow();
  }, 1000);
  document.addEventListener("visibilitychange", lookNow);
}
