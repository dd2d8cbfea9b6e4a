/** What clients of the AWS services on this machine are set up with. None of those services checks it. */
export const LOCAL_AWS = {
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
};
