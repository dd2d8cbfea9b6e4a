/** Reads the environment variables that the template and Lambda give a function. */

/** Throws when the variable isn't set. */
export function requiredVariable(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name];
  if (!value) throw new Error(`the environment variable ${name} is not set`);
  return value;
}

/** The function's region and its role's credentials, for a client or a signer. */
export function accessFrom(environment: NodeJS.ProcessEnv) {
  return {
    region: requiredVariable(environment, "AWS_REGION"),
    credentials: {
      accessKeyId: requiredVariable(environment, "AWS_ACCESS_KEY_ID"),
      secretAccessKey: requiredVariable(environment, "AWS_SECRET_ACCESS_KEY"),
      ...(environment["AWS_SESSION_TOKEN"] && { sessionToken: environment["AWS_SESSION_TOKEN"] }),
    },
  };
}
