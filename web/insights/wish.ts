/** Whether a viewer's player reports: whoever says no is heard. A page that says no doesn't load this at all. */

interface Wishes {
  /** Global Privacy Control, which some browsers have and others don't. */
  readonly hasPrivacyControl: boolean;
  /** The viewer's own switch in the panel. */
  readonly viewer: boolean;
}

export function mayReport({ hasPrivacyControl, viewer }: Wishes): boolean {
  return !hasPrivacyControl && viewer;
}

/** As browsers with the control have it (https://www.w3.org/TR/gpc/). */
export function hasPrivacyControl(browser: object): boolean {
  return "globalPrivacyControl" in browser && browser.globalPrivacyControl === true;
}
