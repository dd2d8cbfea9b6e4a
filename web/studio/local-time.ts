/** Translates between an instant and what `<input type="datetime-local">` says in the browser's time zone. */

/** Empty for no time. */
export function localTimeOf(instant: string | null): string {
  if (instant === null) return "";
  const date = new Date(instant);
  const parts = [date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes()];
  const [month, day, hour, minute] = parts.map((part) => String(part).padStart(2, "0"));
  return `${date.getFullYear()}-${month}-${day}T${hour}:${minute}`;
}

/** Null for no time. */
export function instantOf(localTime: string): string | null {
  return localTime === "" ? null : new Date(localTime).toISOString();
}

/** What a browser calls itself, shortened to what people know it by. */
export function deviceName(userAgent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)(?=\/\d)/.exec(userAgent)?.[0];
  const system = /Android|iPhone|iPad|Windows|Mac OS X|Linux|CrOS/.exec(userAgent)?.[0];
  const name = browser?.replace("Edg", "Edge").replace("OPR", "Opera");
  return (
    [name, system && `on ${system.replace("Mac OS X", "macOS")}`].filter(Boolean).join(" ") || "A browser"
  );
}
