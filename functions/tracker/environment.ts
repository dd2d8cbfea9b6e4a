// Reads what the template gives a function.

/** @throws when the environment doesn't have the variable. */
export function needed(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name];
  if (!value) throw new Error(`the environment variable ${name} is not set`);
  return value;
}
