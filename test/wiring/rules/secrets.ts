/** Each secret of the stack has one purpose, and both sides of a purpose have the same secret. */

import { referencesIn } from "../../stack/template/source.ts";
import type { Json } from "../identity.ts";
import type { Rule } from "../rule.ts";
import type { Stack } from "../stack.ts";

/**
 * Where secrets belong: the secret's name, and what of it is told there. Who checks knows the one before it as well. A
 * place is an environment variable, a constant in an edge function's code, an origin's header, an output, or a property.
 */
const PLACES: Readonly<Record<string, readonly [name: string, attributes: string]>> = {
  "AWS::MediaLive::Input StreamName": ["stream", "Value"],
  "output RtmpStreamKey": ["stream", "Value"],
  "AWS::SecretsManager::Secret SecretString": ["srt", "Value"],
  "output SrtServer": ["srt", "Value"],
  "header x-shoal-origin": ["origin", "Value"],
  "variable ORIGIN_SECRETS": ["origin", "Value,Previous"],
  "variable ADDRESS_SALT": ["salt", "Value"],
  "Custom::SigningKeys Seed": ["signing", "Value"],
  "constant KEYS": ["ticket", "Value,Previous"],
  "variable TICKET_KEY": ["ticket", "Value"],
  "constant LINK_KEY": ["link", "Value"],
  "variable LINK_KEY": ["link", "Value"],
  "output LinkKey": ["link", "Value"],
  "variable SESSION_KEYS": ["session", "Value,Previous"],
  "constant SESSION_KEYS": ["session", "Value,Previous"],
  "constant SWARM_SECRET": ["swarm", "Value"],
  "variable SWARM_SECRET": ["swarm", "Value"],
};

export const secretRules: Readonly<Record<string, Rule>> = {
  *"each secret is used for what it is named for, and where both sides need it"({ stack }) {
    const names = new Map(
      stack.ofType("Custom::Secret").map(({ id, properties }) => [id, properties["Name"]]),
    );
    // People may choose the stream key themselves.
    const own = String(stack.parameter("StreamKey") ?? "");
    for (const { where, place, text } of placesIn(stack)) {
      const told = [...text.matchAll(/\$\{(\w+)\.(\w+)\}/g)].filter(([, id = ""]) => names.has(id));
      const wanted = PLACES[place];
      const isOwn = wanted?.[0] === "stream" && own !== "" && text.includes(own);
      if (told.length === 0 && (!wanted || isOwn)) continue;
      if (!wanted) yield `${where}: ${place} is no place for a secret`;
      else if (told.some(([, id = ""]) => names.get(id) !== wanted[0]))
        yield `${where}: ${place} is told ${told.map(([whole]) => whole)}, not the secret called ${wanted[0]}`;
      else if (told.map(([, , attribute]) => attribute).join() !== wanted[1])
        yield `${where}: ${place} is told ${told.map(([whole]) => whole)}, not the ${wanted[1]} of its secret`;
    }
    // A channel takes RTMP or SRT.
    const other = stack.parameter("Ingest") === "srt" ? "stream" : "srt";
    for (const [place, [name]] of Object.entries(PLACES)) {
      const isTold = placesIn(stack).some((each) => each.place === place);
      if (name === other && isTold) yield `${place} is told of a way in that isn't there`;
      if (name !== other && !isTold) yield `there is no ${place} to be told the secret called ${name}`;
    }
  },

  *"secrets follow from one root, each by a name of its own, and all are used"({ stack }) {
    const roots = stack.ofType("Custom::Secrets").map(({ id }) => `\${${id}.Root}`);
    const secrets = stack.ofType("Custom::Secret");
    if (roots.length > 1) yield "there is more than one root";
    const { Resources } = stack.declared;
    const used = new Set(referencesIn(Resources).flatMap(({ kind, to }) => (kind === "GetAtt" ? [to] : [])));
    for (const { id, properties } of secrets) {
      if (!roots.includes(String(properties["Root"]))) yield `${id} follows from no root`;
      if (secrets.some((other) => other.id !== id && other.properties["Name"] === properties["Name"]))
        yield `${id} isn't the only ${properties["Name"]}`;
      if (!used.has(id)) yield `nobody uses ${id}`;
    }
  },
};

interface Place {
  /** Logical id of the resource, or the outputs. */
  readonly where: string;
  readonly place: string;
  readonly text: string;
}

/** Every text of the stack, and what kind of place it stands in. */
function placesIn(stack: Stack): Place[] {
  return [
    ...stack.resources.flatMap(({ id, type, properties }) =>
      [...textsIn(properties, type)].map(([place, text]) => ({ where: id, place, text })),
    ),
    ...Object.entries(stack.outputs).map(([name, value]) => ({
      where: "Outputs",
      place: `output ${name}`,
      text: JSON.stringify(value) ?? "",
    })),
  ];
}

function* textsIn(value: unknown, type: string, name = "", kind = ""): Iterable<[string, string]> {
  if (Array.isArray(value)) for (const item of value) yield* textsIn(item, type, name, kind);
  else if (typeof value === "object" && value !== null) {
    const { HeaderName, ...others } = value as Json;
    for (const [key, item] of Object.entries(others))
      if (HeaderName === undefined) yield* textsIn(item, type, key, name === "Variables" ? "variable" : "");
      else yield [`header ${HeaderName}`, String(item)];
  } else if (typeof value === "string") {
    if (name === "FunctionCode") yield* constantsIn(value);
    else yield [`${kind || type} ${name}`, value];
  }
}

/** Each line of a function's code, by the constant that it sets. */
function* constantsIn(code: string): Iterable<[string, string]> {
  for (const line of code.split("\n")) yield [`constant ${/^const (\w+) = /.exec(line)?.[1]}`, line];
}
