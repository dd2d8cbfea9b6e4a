/** One place of the core's published bundle, and what stands there instead. */
export interface Patch {
  name: string;
  /** Text of the bundle, as the patches before leave it, which has to occur in it exactly once. */
  find: string;
  replace: string;
}
