"""Holds the transform that the wiring's tests read by against SAM's own: resource by resource, property by property."""

import json
import sys

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoManagedPolicies:
    def load(self):
        return {}


def differences(ours, theirs, path):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted({*ours, *theirs}):
            if key not in ours:
                yield f"{path}.{key}: only SAM has it"
            elif key not in theirs:
                yield f"{path}.{key}: SAM hasn't it"
            else:
                yield from differences(ours[key], theirs[key], f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (one, other) in enumerate(zip(ours, theirs)):
            yield from differences(one, other, f"{path}[{index}]")
    elif str(ours) != str(theirs):
        yield f"{path}: {ours!r}, but SAM makes it {theirs!r}"


def main():
    ours = json.load(sys.stdin)
    with open(sys.argv[1], encoding="utf-8") as file:
        template = yaml_parse(file.read())
    # SAM wants bundles that are uploaded, as they are when it transforms.
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = f"s3://bundles/{name}"
    theirs = json.loads(json.dumps(transform(template, {}, NoManagedPolicies()), default=str))["Resources"]
    for resources in (ours, theirs):
        for resource in resources.values():
            resource.pop("Metadata", None)
    found = list(differences(ours, theirs, "Resources"))
    for line in found:
        print(f"✗ {line}")
    print(f"{'✗' if found else '✓'} {len(theirs)} resources as SAM makes them")
    sys.exit(1 if found else 0)


main()
