/**
 * Evaluates CloudFormation's intrinsic functions, as far as that is possible before a deployment.
 *
 * A reference that the caller doesn't resolve stays in the text as `${LogicalId}` or
 * `${LogicalId.Attribute}`, CloudFormation's own notation, so that it can still be recognised.
 */

/** What references mean: parameters and pseudo parameters, bound resources, mappings and conditions. */
export interface Scope {
  /** Values of `Ref`: parameters, `AWS::Region` and its kind, and resources bound by the caller. */
  readonly refs: Readonly<Record<string, unknown>>;
  /** Values of `Fn::GetAtt`, keyed `LogicalId.Attribute`. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly mappings: Readonly<Record<string, unknown>>;
  /** Conditions as the template writes them; evaluated on demand. */
  readonly conditions: Readonly<Record<string, unknown>>;
}

const NO_VALUE = Symbol("AWS::NoValue");

/** Evaluates every intrinsic in `value`. Throws on an intrinsic, mapping or condition that it doesn't know. */
export function evaluate(value: unknown, scope: Scope): unknown {
  const result = evaluateNested(value, scope);
  return result === NO_VALUE ? undefined : result;
}

/** Whether the condition of this name holds. */
export function holds(name: string, scope: Scope): boolean {
  if (!(name in scope.conditions)) throw new Error(`Condition ${name} is not in the template`);
  return evaluateNested(scope.conditions[name], scope) === true;
}

/** The first resource that a text refers to: `TrackerFunction` for `arn:…/${TrackerFunction.Arn}/invocations`. */
export function referencedResource(text: string): string | undefined {
  return /\$\{(\w+)/.exec(text)?.[1];
}

function evaluateNested(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => evaluateNested(item, scope)).filter((item) => item !== NO_VALUE);
  }
  if (!isRecord(value)) return value;
  const [key, ...others] = Object.keys(value);
  if (key !== undefined && others.length === 0) {
    const call = INTRINSICS[key];
    if (call) return call(value[key], scope);
    if (key.startsWith("Fn::")) throw new Error(`${key} is not an intrinsic that can be evaluated here`);
  }
  const result: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    const evaluated = evaluateNested(item, scope);
    if (evaluated !== NO_VALUE) result[name] = evaluated;
  }
  return result;
}

const INTRINSICS: Readonly<Record<string, (argument: unknown, scope: Scope) => unknown>> = {
  Ref: (name, scope) => reference(String(name), scope),
  // A condition is a call only as the sole key of a map, inside And, Or, Not and If.
  Condition: (name, scope) => holds(String(name), scope),
  "Fn::GetAtt": (path, scope) => attribute(Array.isArray(path) ? path.join(".") : String(path), scope),
  "Fn::Sub": (argument, scope) => substitute(argument, scope),
  "Fn::Join": (argument, scope) => {
    const [delimiter, list] = listOf(argument, scope);
    return Array.isArray(list) ? list.join(String(delimiter)) : list;
  },
  "Fn::Split": (argument, scope) => {
    const [delimiter, text] = listOf(argument, scope);
    return isSymbolic(text) ? text : String(text).split(String(delimiter));
  },
  "Fn::Select": (argument, scope) => {
    const [index, list] = listOf(argument, scope);
    return isSymbolic(list) ? list : (list as unknown[])[Number(index)];
  },
  "Fn::If": (argument, scope) => {
    const [name, whenTrue, whenFalse] = argument as [string, unknown, unknown];
    return evaluateNested(holds(name, scope) ? whenTrue : whenFalse, scope);
  },
  "Fn::Equals": (argument, scope) => {
    const [left, right] = listOf(argument, scope);
    return String(left) === String(right);
  },
  "Fn::And": (argument, scope) => listOf(argument, scope).every((item) => item === true),
  "Fn::Or": (argument, scope) => listOf(argument, scope).some((item) => item === true),
  "Fn::Not": (argument, scope) => listOf(argument, scope)[0] !== true,
  "Fn::Base64": (argument, scope) => Buffer.from(String(evaluateNested(argument, scope))).toString("base64"),
  "Fn::FindInMap": (argument, scope) => {
    const path = listOf(argument, scope).map(String);
    const found = path.reduce<unknown>((map, key) => (isRecord(map) ? map[key] : undefined), scope.mappings);
    if (found === undefined) throw new Error(`Mappings has no ${path.join(".")}`);
    return evaluateNested(found, scope);
  },
};

function reference(name: string, scope: Scope): unknown {
  if (name === "AWS::NoValue") return NO_VALUE;
  return name in scope.refs ? scope.refs[name] : `\${${name}}`;
}

function attribute(path: string, scope: Scope): unknown {
  return scope.attributes[path] ?? `\${${path}}`;
}

/** `${Name}`, `${Name.Attribute}` and the argument's own variables; `${!literal}` loses its mark. */
function substitute(argument: unknown, scope: Scope): string {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const own = evaluateNested(variables, scope) as Record<string, unknown>;
  return String(text).replace(/\$\{([^}]+)\}/g, (_whole, name: string) => {
    if (name.startsWith("!")) return `\${${name.slice(1)}}`;
    if (name in own) return String(own[name]);
    return String(name.includes(".") ? attribute(name, scope) : reference(name, scope));
  });
}

function listOf(argument: unknown, scope: Scope): unknown[] {
  const list = evaluateNested(argument, scope);
  if (!Array.isArray(list)) throw new Error(`An intrinsic wants a list, not ${JSON.stringify(argument)}`);
  return list;
}

function isSymbolic(value: unknown): boolean {
  return typeof value === "string" && referencedResource(value) !== undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
