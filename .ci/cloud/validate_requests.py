"""Holds what CloudFormation and the functions ask of AWS against the services' own models, as botocore carries them.

Reads a JSON list from standard input: resources of the template (`type`, `properties`), and requests that a function
sent (`service`, `operation`, `parameters`). With --cases, a list of such lists; prints the complaints about each as JSON.
"""

import json
import re
import sys

import botocore.session
from botocore.validate import ParamValidator

from api_requests import Unknown, requests_of

SESSION = botocore.session.get_session()

# `__integerMin1Max10`, `__doubleMinNegative10Max10`: MediaLive and MediaPackage have their bounds there.
BOUNDS = re.compile(r"Min(Negative)?(\d+)(?:Max(Negative)?(\d+))?$|Max(Negative)?(\d+)$")


def bounds(shape):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    found = BOUNDS.search(shape.name)
    if found:
        minus_least, low, minus_most, high, minus_only, only = found.groups()
        least = signed(minus_least, low) if least is None else least
        most = signed(minus_most or minus_only, high or only) if most is None else most
    return least, most


def signed(minus, digits):
    return None if digits is None else -int(digits) if minus else int(digits)


def complaints(value, shape, path):
    """What botocore's own validator doesn't look at: enumerations, bounds in names, upper bounds, patterns."""
    least, most = bounds(shape)
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, item in value.items():
            if name in shape.members:
                yield from complaints(item, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list" and isinstance(value, list):
        if most is not None and len(value) > most:
            yield f"{path} has {len(value)} items, but at most {most} are allowed"
        for index, item in enumerate(value):
            yield from complaints(item, shape.member, f"{path}[{index}]")
    elif shape.type_name == "map" and isinstance(value, dict):
        for name, item in value.items():
            yield from complaints(item, shape.value, f"{path}.{name}")
    elif shape.type_name == "string" and isinstance(value, str):
        if shape.enum and value not in shape.enum:
            yield f"{path} is {value!r}, but must be one of {', '.join(shape.enum)}"
        if most is not None and len(value) > most:
            yield f"{path} has {len(value)} characters, but at most {most} are allowed"
        if least is not None and len(value) < least:
            yield f"{path} has {len(value)} characters, but at least {least} are needed"
        if not matches(shape.metadata.get("pattern"), value):
            yield f"{path} is {value!r}, but must be like {shape.metadata['pattern']}"
    elif shape.type_name in ("integer", "long", "float", "double") and isinstance(value, (int, float)):
        if most is not None and value > most or least is not None and value < least:
            yield f"{path} is {value}, but must be {least} to {most}"


def matches(pattern, value):
    if pattern is None:
        return True
    try:
        return re.search(pattern if "^" in pattern else f"^(?:{pattern})$", value, re.DOTALL) is not None
    except re.error:
        return True  # written for another language's expressions


def operations(entry):
    if "type" in entry:
        yield from requests_of(SESSION, entry)
    else:
        model = SESSION.get_service_model(entry["service"])
        yield model.operation_model(entry["operation"]), entry["parameters"]


def check(entry):
    """The operations' names, and what is wrong with them."""
    names, found = [], []
    try:
        for operation, parameters in operations(entry):
            names.append(f"{operation.service_model.service_name} {operation.name}")
            report = ParamValidator().validate(parameters, operation.input_shape)
            found += report.generate_report().splitlines()
            found += complaints(parameters, operation.input_shape, operation.name)
    except Unknown as error:
        found.append(str(error))
    return names, found


def main():
    entries = json.load(sys.stdin)
    if "--cases" in sys.argv:
        json.dump([[line for entry in case for line in check(entry)[1]] for case in entries], sys.stdout)
        return
    failed, asked = False, set()
    for entry in entries:
        names, found = check(entry)
        asked.update(names)
        for line in found:
            print(f"✗ {entry.get('title', '')} {entry.get('id', '')}: {line}")
        failed = failed or bool(found)
    print(f"{'✗' if failed else '✓'} {len(entries)} resources and requests, {len(asked)} operations: {', '.join(sorted(asked))}")
    sys.exit(1 if failed else 0)


main()
