"""boto3."""

import boto3
from botocore.exceptions import ClientError

from journey import journey
from operators_day import operators_day
from world import READY, Refused

KEY = READY["adminKey"]
POOL = boto3.client(
    "cognito-idp",
    region_name=READY["region"],
    endpoint_url=READY["cognito"],
    aws_access_key_id=KEY["accessKeyId"],
    aws_secret_access_key=KEY["secretAccessKey"],
)
METHODS = {operation: method for method, operation in POOL.meta.method_to_api_mapping.items()}


def call(operation: str, **parameters) -> dict:
    try:
        return getattr(POOL, METHODS[operation])(**parameters)
    except ClientError as error:
        name = error.response["Error"]["Code"]
        # A class of its own for every modelled error: what programs catch.
        assert type(error).__name__ == name, error
        raise Refused(name, error.response["Error"]["Message"]) from None


journey(call, operators_day)
