"""Holds Athena's saved queries against its dialect and against the table in Glue's catalog, by sqlglot's parser and types.

Reads the template's resources from standard input, as requests.ts prints them.
"""

import json
import sys

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

NUMBERS = {exp.DataType.Type.DOUBLE, *exp.DataType.INTEGER_TYPES}


def checked(query, schema):
    """The columns of the answer. Raises for a word, a column or a type that doesn't fit."""
    tree = annotate_types(qualify(parse_one(query, dialect="athena"), schema=schema, dialect="athena"), schema=schema)
    for node in tree.find_all(exp.Anonymous):
        raise ValueError(f"{node.name} is no function")
    for node in tree.find_all(exp.Mul, exp.Div, exp.Add, exp.Sum, exp.Avg):
        for operand in (node.this, node.expression if isinstance(node, exp.Binary) else node.this):
            if operand.type and operand.type.this not in NUMBERS | {exp.DataType.Type.UNKNOWN}:
                raise ValueError(f"{operand.sql('athena')} is {operand.type.sql()}, no number")
    return tree.named_selects


def main():
    resources = {entry["id"]: entry for entry in json.load(sys.stdin)}.values()
    schema = {}
    for entry in resources:
        if entry["type"] == "AWS::Glue::Table":
            table = entry["properties"]["TableInput"]
            columns = table["StorageDescriptor"]["Columns"] + table["PartitionKeys"]
            schema[table["Name"]] = {column["Name"]: column["Type"] for column in columns}
    failed, count = False, 0
    for entry in resources:
        if entry["type"] == "AWS::Athena::NamedQuery":
            count += 1
            try:
                checked(entry["properties"]["QueryString"], schema)
            except (SqlglotError, ValueError) as error:
                failed = True
                print(f"✗ {entry['id']}: {error}")
    print(f"{'✗' if failed or not count else '✓'} {count} queries in Athena's dialect, over {len(schema)} table")
    sys.exit(1 if failed or not count else 0)


main()
