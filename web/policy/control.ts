/** Who is in the control group: viewers who would share and don't, beside whom the others' playback is seen. */

/**
 * Whether a viewer is of the control group, which is this part (0 to 1) of all. It follows from the random id in its ticket, by
 * other characters than whether it reports; the border decides the same (functions/insights/viewer-share.ts).
 */
export function isControl(viewer: string, control: number): boolean {
  const bytes = atob(viewer.slice(5, 9).replace(/-/g, "+").replace(/_/g, "/"));
  return (bytes.charCodeAt(0) * 256 + bytes.charCodeAt(1)) / 65_536 < control;
}
