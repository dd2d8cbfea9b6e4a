/** The template as it is written: resources with their intrinsics, and every reference in them. */

import { readFileSync } from "node:fs";
import { parseTemplate } from "../../../local/template/yaml.ts";
import { TEMPLATE_FILE } from "../../../local/template.ts";

export interface DeclaredResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
}

interface DeclaredTemplate {
  readonly Parameters: Readonly<Record<string, unknown>>;
  readonly Mappings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
  readonly Rules: unknown;
  readonly Metadata: unknown;
  readonly Globals: { readonly Function: Readonly<Record<string, unknown>> };
  readonly Resources: Readonly<Record<string, DeclaredResource>>;
  readonly Outputs: Readonly<Record<string, { readonly Condition?: string; readonly Value: unknown }>>;
}

export const text: string = readFileSync(TEMPLATE_FILE, "utf8");
export const declared = parseTemplate(text) as DeclaredTemplate;
export const resources = Object.entries(declared.Resources);

export type Reference =
  | { readonly kind: "Ref"; readonly to: string }
  | { readonly kind: "GetAtt"; readonly to: string; readonly attribute: string }
  | { readonly kind: "Condition"; readonly to: string }
  | { readonly kind: "FindInMap"; readonly to: string };

/** Every reference in a part of the template, those inside `Sub` included. */
export function referencesIn(part: unknown): Reference[] {
  if (Array.isArray(part)) return part.flatMap(referencesIn);
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([key, value]): Reference[] => {
    switch (key) {
      case "Ref":
        return [{ kind: "Ref", to: String(value) }];
      case "Condition":
        return typeof value === "string" ? [{ kind: "Condition", to: value }] : referencesIn(value);
      case "Fn::GetAtt": {
        const [to = "", ...attribute] = Array.isArray(value) ? value : [];
        return [{ kind: "GetAtt", to, attribute: attribute.join(".") }];
      }
      case "Fn::If":
        return [{ kind: "Condition", to: value[0] }, ...referencesIn(value.slice(1))];
      case "Fn::FindInMap":
        return [{ kind: "FindInMap", to: value[0] }, ...referencesIn(value)];
      case "Fn::Sub":
        return substitutionsIn(value);
      default:
        return referencesIn(value);
    }
  });
}

function substitutionsIn(value: unknown): Reference[] {
  const [sentence, own] = Array.isArray(value) ? value : [value, {}];
  const names = [...String(sentence).matchAll(/\$\{([^}!]+)\}/g)].map(([, name = ""]) => name);
  return [
    ...referencesIn(own),
    ...names
      .filter((name) => !(name in own))
      .map((name): Reference => {
        const [to = "", ...attribute] = name.split(".");
        if (attribute.length === 0) return { kind: "Ref", to };
        return { kind: "GetAtt", to, attribute: attribute.join(".") };
      }),
  ];
}

/** The resources that CloudFormation finishes before it begins this one, and deletes after it. */
export function dependenciesOf(resource: DeclaredResource): string[] {
  const named = [resource.DependsOn ?? []].flat();
  const referred = referencesIn(resource.Properties).map(({ to }) => to);
  return [...new Set([...named, ...referred])].filter((id) => id in declared.Resources);
}
