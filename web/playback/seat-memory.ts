/**
 * Remembers the ticket that a personal link gave, for as long as the tab is open: who reloads the page keeps its seat, and
 * doesn't take a second one.
 */

const NAME = "shoal-ticket";

/** Null where there is none, or the browser keeps nothing. */
export function recallTicket(): string | null {
  try {
    return sessionStorage.getItem(NAME);
  } catch {
    return null;
  }
}

export function rememberTicket(ticket: string): void {
  try {
    sessionStorage.setItem(NAME, ticket);
  } catch {
    // A second seat is all that is lost.
  }
}
