/** Reads the environment variables that the template gives a function. */

/** Throws when the variable isn't set. */
export function requiredVariable(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name];
  if (!value) throw new Error(`the environment variable ${name} is not set`);
  return value;
}
