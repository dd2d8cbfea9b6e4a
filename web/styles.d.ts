// esbuild gives a style sheet that is imported `with { type: "text" }` as its text.
declare module "*.css" {
  const text: string;
  export default text;
}
