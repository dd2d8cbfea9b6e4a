/** Decides as IAM does whether policies allow a request, as far as the template's statements go. */

/** Actions for which IAM has no resource that a stack could name: a list's, and metrics'. */
export const WITHOUT_RESOURCE: ReadonlySet<string> = new Set([
  "medialive:ListChannels",
  "cloudwatch:GetMetricData",
]);

export interface Statement {
  readonly Effect?: string;
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface Request {
  /** The service that asks, for policies that name a principal. */
  readonly principal?: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys, such as `aws:SourceArn`. */
  readonly context: Readonly<Record<string, string>>;
}

/** Whether one of the statements allows the request and none denies it. Throws on operators that it doesn't know. */
export function allows(statements: readonly Statement[], request: Request): boolean {
  const matching = statements.filter((statement) => matches(statement, request));
  return matching.length > 0 && matching.every(({ Effect }) => Effect === "Allow");
}

export function matches(statement: Statement, { principal, action, resource, context }: Request): boolean {
  return (
    (statement.Principal === undefined || principalsOf(statement).includes(principal ?? "")) &&
    texts(statement.Action).some((pattern) => isLike(action.toLowerCase(), pattern.toLowerCase())) &&
    texts(statement.Resource).some((pattern) => isLike(resource, pattern)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) =>
        holds(operator, contextValue(context, key), texts(wanted)),
      ),
    )
  );
}

function principalsOf({ Principal }: Statement): string[] {
  if (Principal === undefined) return [];
  return typeof Principal === "string" ? [Principal] : Object.values(Principal).flatMap(texts);
}

/** `*` stands for any characters, `?` for one. */
export function isLike(text: string, pattern: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(text);
}

export function texts(value: unknown): string[] {
  return value === undefined ? [] : ([value].flat() as unknown[]).map(String);
}

/** Condition keys are compared without regard to case; what follows a tag's slash is not. */
function contextValue(context: Request["context"], key: string): string | undefined {
  const same = (each: string): boolean => {
    const [name, tag] = split(each);
    const [wanted, wantedTag] = split(key);
    return name.toLowerCase() === wanted.toLowerCase() && tag === wantedTag;
  };
  return Object.entries(context).find(([each]) => same(each))?.[1];
}

function split(key: string): [string, string] {
  const [name = "", ...tag] = key.split("/");
  return [name, tag.join("/")];
}

function holds(operator: string, value: string | undefined, wanted: readonly string[]): boolean {
  if (value === undefined) return false;
  switch (operator) {
    case "StringEquals":
    case "Bool":
      return wanted.includes(value);
    case "ArnEquals":
    case "ArnLike":
    case "StringLike":
      return wanted.some((pattern) => isLike(value, pattern));
    default:
      throw new Error(`the condition operator ${operator} is not known here`);
  }
}
