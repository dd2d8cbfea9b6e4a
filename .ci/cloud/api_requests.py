"""Makes of a resource's properties what CloudFormation asks of the service's API, guided by botocore's models."""

import json

# Operations of each type, where they aren't `Create` and the type's name. A property goes to the first that has it.
OPERATIONS = {
    "AWS::CloudWatch::Alarm": ["PutMetricAlarm"],
    "AWS::CloudWatch::Dashboard": ["PutDashboard"],
    "AWS::DynamoDB::Table": ["CreateTable", "UpdateTimeToLive", "UpdateContinuousBackups"],
    "AWS::Events::Rule": ["PutRule", "PutTargets"],
    "AWS::IAM::Role": ["CreateRole", "PutRolePolicy", "AttachRolePolicy"],
    "AWS::KMS::Key": ["CreateKey", "EnableKeyRotation", "PutKeyPolicy"],
    "AWS::Lambda::Function": ["CreateFunction", "PutFunctionConcurrency"],
    "AWS::Lambda::Permission": ["AddPermission"],
    "AWS::Lambda::Url": ["CreateFunctionUrlConfig"],
    "AWS::Logs::LogGroup": ["CreateLogGroup", "PutRetentionPolicy"],
    "AWS::MediaPackageV2::OriginEndpointPolicy": ["PutOriginEndpointPolicy"],
    "AWS::S3::Bucket": ["CreateBucket", "PutPublicAccessBlock", "PutBucketEncryption", "PutBucketLifecycleConfiguration"],
    "AWS::S3::BucketPolicy": ["PutBucketPolicy"],
    "AWS::SNS::Topic": ["CreateTopic", "Subscribe"],
    "AWS::SNS::TopicPolicy": ["SetTopicAttributes"],
    "AWS::WAFv2::WebACL": ["CreateWebACL"],
}
SERVICES = {"ApiGatewayV2": "apigatewayv2", "MediaPackageV2": "mediapackagev2"}

# CloudFormation's names for parameters of other names.
RENAMED = {
    "IPV6Enabled": "IsIPV6Enabled",
    "OriginCustomHeaders": "CustomHeaders",
    "SSEEnabled": "Enabled",
    "TargetFunctionArn": "FunctionName",
    "InvokedViaFunctionUrl": "InvokedViaFunctionUrl",
    "PolicyText": "Policy",
    "ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault",
}

# What CloudFormation fills in where the template says nothing.
NAMES = (
    "AlarmName", "Bucket", "CallerReference", "DashboardName", "FunctionName", "LogGroupName", "Name", "PolicyName", "RoleName",
    "Rule", "StatementId", "TableName", "TopicArn", "Key",
)
FILLED = {
    "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443},
    "DistributionConfig": {"Comment": ""},
    "FunctionConfig": {"Comment": ""},
}


class Unknown(Exception):
    """A property that no operation has."""


def requests_of(session, resource):
    """Yields operation models and their parameters. Raises Unknown."""
    _, service, kind = resource["type"].split("::")
    model = session.get_service_model(SERVICES.get(service, service.lower()))
    names = OPERATIONS.get(resource["type"], [f"Create{kind}"])
    left = prepared(resource)
    if resource["type"] == "AWS::IAM::Role":
        yield from roles(model, resource["id"], left)
        return
    for name in names:
        operation = model.operation_model(name)
        shape = operation.input_shape
        own = {}
        for key in list(left):
            if member(shape, key):
                own[key] = left.pop(key)
        if not own and name != names[0]:
            continue
        yield operation, named(resource["id"], shape, converted(own, shape))
    if left:
        raise Unknown(f"{', '.join(left)}: none of {', '.join(names)} has it")


def prepared(resource):
    """Where CloudFormation's properties and the API's parameters differ by more than their names."""
    properties = dict(resource["properties"])
    if resource["type"] == "AWS::SNS::Topic":
        attributes = {key: properties.pop(key) for key in ("DisplayName", "KmsMasterKeyId") if key in properties}
        subscriptions = properties.pop("Subscription", [])
        return {**properties, "Attributes": attributes, **(subscriptions[0] if subscriptions else {})}
    if resource["type"] == "AWS::SNS::TopicPolicy":
        return {"TopicArn": properties["Topics"][0], "AttributeName": "Policy", "AttributeValue": properties["PolicyDocument"]}
    if resource["type"] == "AWS::CloudFront::Function":
        # CloudFormation publishes it by another request, which has only its name.
        return {key: value for key, value in properties.items() if key != "AutoPublish"}
    if resource["type"] == "AWS::Budgets::Budget":
        budget = {"BudgetName": resource["id"], **properties.get("Budget", {})}
        return {"AccountId": "000000000000", **properties, "Budget": budget}
    if resource["type"] == "AWS::S3::Bucket":
        return bucket(properties)
    if resource["type"] == "AWS::S3::BucketPolicy":
        return {("Policy" if key == "PolicyDocument" else key): value for key, value in properties.items()}
    if resource["type"] == "AWS::Athena::WorkGroup":
        # How it is deleted, another request says.
        properties.pop("RecursiveDeleteOption", None)
        return {("Configuration" if key == "WorkGroupConfiguration" else key): value for key, value in properties.items()}
    if resource["type"] == "AWS::Events::Rule":
        return {"State": "ENABLED", **properties}
    return properties


def bucket(properties):
    encryption = properties.pop("BucketEncryption", {})
    lifecycle = properties.pop("LifecycleConfiguration", {})
    rules = [{"Prefix": "", **rule} for rule in lifecycle.get("Rules", [])]
    for rule in rules:
        if "ExpirationInDays" in rule:
            rule["Expiration"] = {"Days": rule.pop("ExpirationInDays")}
    return {
        **properties,
        "ServerSideEncryptionConfiguration": {"Rules": encryption.get("ServerSideEncryptionConfiguration", [])},
        "LifecycleConfiguration": {"Rules": rules},
    }


def roles(model, role, properties):
    policies, managed = properties.pop("Policies", []), properties.pop("ManagedPolicyArns", [])
    requests = [("CreateRole", properties)]
    requests += [("PutRolePolicy", policy) for policy in policies]
    requests += [("AttachRolePolicy", {"PolicyArn": arn}) for arn in managed]
    for name, parameters in requests:
        operation = model.operation_model(name)
        yield operation, named(role, operation.input_shape, converted(parameters, operation.input_shape))


def named(resource, shape, parameters):
    """With the names that CloudFormation makes."""
    for required in shape.required_members:
        if required not in parameters and required[:1].upper() + required[1:] in NAMES:
            parameters[required] = resource
    if "DistributionConfig" in parameters:
        parameters["DistributionConfig"].setdefault("CallerReference", resource)
    return parameters


def member(shape, key):
    """The name of the parameter, whichever way its letters are cased."""
    wanted = RENAMED.get(key, key).lower()
    return next((name for name in shape.members if name.lower() == wanted), None)


def converted(value, shape):
    kind = shape.type_name
    if kind == "structure":
        if isinstance(value, list) and "Items" in shape.members:
            value = {"Items": value}
        if not isinstance(value, dict):
            return value
        result = dict(FILLED.get(shape.name, {}))
        for key, item in value.items():
            name = member(shape, key)
            result[name or key] = converted(item, shape.members[name]) if name else item
        if "Quantity" in shape.members and "Quantity" not in result:
            result["Quantity"] = len(result.get("Items", []))
        return result
    if kind == "list" and isinstance(value, list):
        return [converted(item, shape.member) for item in value]
    if kind == "map":
        if isinstance(value, list) and all(isinstance(item, dict) and "Key" in item for item in value):
            value = {item["Key"]: item["Value"] for item in value}
        return {key: converted(item, shape.value) for key, item in value.items()} if isinstance(value, dict) else value
    if kind == "string":
        if isinstance(value, (dict, list)):
            return json.dumps(value)
        return value if isinstance(value, str) else json.dumps(value)
    if kind == "blob":
        return json.dumps(value).encode()
    if kind in ("integer", "long") and isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    if kind in ("float", "double") and isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    return value
