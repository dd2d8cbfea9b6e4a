"""Starts moto's server on the port given, so that it looks at what IAM looks at: the signature, the action, the resource.

Where moto falls short, it is mended here: it hashes a GET's query as if it were the body, compares every policy's resource
with `*`, and has names of its own for the actions of @connections and CloudWatch, knows neither MediaLive's alerts nor its thumbnails, and
gives its inputs no addresses. Conditions it takes for met. Each request is noted, as
botocore's models name its parameters, and each refusal, with the access key; `GET /moto-api/asked` gives both as JSON.
"""

import json
import sys

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model
from moto.medialive import urls as medialive
from moto.medialive.models import MediaLiveBackend
from moto.medialive.responses import MediaLiveResponse
from moto.iam.access_control import IAMRequest, IAMRequestBase, S3IAMRequest
from moto.moto_api._internal import urls as api
from moto.server import main

ACTIONS = {
    "execute-api:PostToConnection": "execute-api:ManageConnections",
    "execute-api:DeleteConnection": "execute-api:ManageConnections",
    "monitoring:GetMetricData": "cloudwatch:GetMetricData",
}

asked, refused = [], []


def text(value):
    return value.decode() if isinstance(value, bytes) else value.isoformat()


def parameters_of(response, model):
    request = response.normalized_request
    parser = PROTOCOL_PARSERS[determine_request_protocol(model.service_model, request.content_type)](model)
    return parser.parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": response.uri_match,
        }
    )


def resource_of(response):
    """The ARN of what a request asks for; notes the request by the way."""
    model = get_service_model(response.boto3_service_name).operation_model(response._get_action())
    parameters = parameters_of(response, model)
    asked.append({"service": model.service_model.service_name, "operation": model.name, "parameters": parameters})
    place = f"{response.region}:{response.current_account}"
    if "TableName" in parameters:
        return f"arn:aws:dynamodb:{place}:table/{parameters['TableName']}"
    if "TopicArn" in parameters:
        return parameters["TopicArn"]
    if "ChannelId" in parameters:
        return f"arn:aws:medialive:{place}:channel:{parameters['ChannelId']}"
    if "InputId" in parameters:
        return f"arn:aws:medialive:{place}:input:{parameters['InputId']}"
    if "ConnectionId" in parameters:
        return f"arn:aws:execute-api:{place}:{sys.argv[2]}/POST/@connections/{parameters['ConnectionId']}"
    return "*"


class Request(IAMRequestBase):
    """Takes the place of what moto's own does otherwise."""

    created = IAMRequestBase._create_aws_request
    permitted = IAMRequestBase.check_action_permitted
    signed = IAMRequestBase.check_signature

    def _create_aws_request(self):
        self._data = self._body
        return Request.created(self)

    def check_action_permitted(self, resource):
        self._action = ACTIONS.get(self._action, self._action)
        Request.noted(self, self._action, lambda: Request.permitted(self, resource))

    def check_signature(self):
        Request.noted(self, "signature", lambda: Request.signed(self))

    def noted(self, what, check):
        try:
            check()
        except Exception:
            refused.append({"key": self._access_key._access_key_id, "what": what})
            raise


class S3Request(Request):
    """S3's way there is one of its own: it says the resource, and notes nothing."""

    def check_action_permitted(self, resource):
        bucket, _, key = resource.split(":::")[1].partition("/")
        operation = self._action.split(":")[1]
        asked.append({"service": "s3", "operation": operation, "parameters": {"Bucket": bucket, "Key": key}})
        Request.check_action_permitted(self, resource)


def with_addresses(change):
    """MediaLive makes an address of each destination's name."""

    def changed(self, **settings):
        for destination in settings["destinations"]:
            destination["Url"] = f"rtmp://192.0.2.1:1935/{destination['StreamName']}"
        return change(self, **settings)

    return changed


MediaLiveBackend.create_input = with_addresses(MediaLiveBackend.create_input)
MediaLiveBackend.update_input = with_addresses(MediaLiveBackend.update_input)
MediaLiveResponse.list_alerts = lambda self: ActionResult({"Alerts": []})
MediaLiveResponse.describe_thumbnails = lambda self: ActionResult({"ThumbnailDetails": []})
for name in ("alerts", "thumbnails"):
    medialive.url_paths["{0}/prod/channels/(?P<channelid>[^/.]+)/" + name + "$"] = medialive.response.dispatch

for kind, mended in ((IAMRequest, Request), (S3IAMRequest, S3Request)):
    kind.check_signature = mended.check_signature
    kind._create_aws_request = mended._create_aws_request
    kind.check_action_permitted = mended.check_action_permitted
BaseResponse._determine_resource = resource_of
api.url_paths["{0}/moto-api/asked"] = lambda *_: (200, {}, json.dumps({"asked": asked, "refused": refused}, default=text))
main(["--host", "127.0.0.1", "--port", sys.argv[1]])
