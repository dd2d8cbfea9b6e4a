"""Holds the requests on standard input against the services' own models, as botocore carries them."""

import json
import sys

import botocore.session
from botocore.validate import ParamValidator


def complaints(value, shape, path):
    """What botocore's own validator doesn't look at: enumerations, and numbers' and lists' upper bounds."""
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, item in value.items():
            if name in shape.members:
                yield from complaints(item, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from complaints(item, shape.member, f"{path}[{index}]")
    elif shape.type_name == "map" and isinstance(value, dict):
        for name, item in value.items():
            yield from complaints(item, shape.value, f"{path}.{name}")
    elif shape.type_name == "string" and shape.enum and value not in shape.enum:
        yield f"{path} is {value!r}, but must be one of {', '.join(shape.enum)}"
    elif shape.type_name in ("integer", "long", "float", "double") and isinstance(value, (int, float)):
        most = shape.metadata.get("max")
        if most is not None and value > most:
            yield f"{path} is {value}, but at most {most} is allowed"


def main():
    session = botocore.session.get_session()
    failed = False
    for request in json.load(sys.stdin):
        model = session.get_service_model(request["service"]).operation_model(request["operation"])
        parameters = request["parameters"]
        report = ParamValidator().validate(parameters, model.input_shape)
        found = [report.generate_report()] if report.has_errors() else []
        found += complaints(parameters, model.input_shape, request["operation"])
        print(f"{'✗' if found else '✓'} {request['title']}: {request['service']} {request['operation']}")
        for line in found:
            print(f"    {line}")
        failed = failed or bool(found)
    sys.exit(1 if failed else 0)


main()
