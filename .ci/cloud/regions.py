"""Prints, as JSON, the regions in which a stack can be: where botocore knows endpoints of every service it uses."""

import json

import botocore.session

# CloudFront is everywhere; the others are where they are.
SERVICES = (
    "medialive", "mediapackagev2", "apigatewayv2", "lambda", "dynamodb", "events", "sns", "logs", "s3", "glue", "athena",
)

session = botocore.session.get_session()
print(json.dumps(sorted(set.intersection(*(set(session.get_available_regions(name)) for name in SERVICES)))))
