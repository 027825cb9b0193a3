"""The AWS CLI: its own entry point, called within one process because each start of it costs half a second."""

import contextlib
import io
import json
import os
import re

from awscli.clidriver import create_clidriver
from botocore import xform_name

from journey import journey
from operators_day import operators_day
from world import READY, Refused

KEY = READY["adminKey"]
os.environ |= {
    "AWS_ACCESS_KEY_ID": KEY["accessKeyId"],
    "AWS_SECRET_ACCESS_KEY": KEY["secretAccessKey"],
    "AWS_DEFAULT_REGION": READY["region"],
    "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": READY["cognito"],
    "AWS_DEFAULT_OUTPUT": "json",
    "AWS_PAGER": "",
}
ERROR = re.compile(r"An error occurred \((\w+)\) when calling the \w+ operation(?: \([^)]*\))?: (.*)", re.DOTALL)


def option(name: str, value) -> list:
    """`Username=x` as `--username x`, as somebody types it."""
    word = "--" + xform_name(name, "-")
    match value:
        case bool():
            return [word if value else word.replace("--", "--no-", 1)]
        case str():
            # One word, since a token may begin with a dash.
            return [f"{word}={value}"]
        case _:
            return [word, json.dumps(value)]


def call(operation: str, **parameters) -> dict:
    words = ["cognito-idp", xform_name(operation, "-")]
    for name, value in parameters.items():
        words += option(name, value)
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        status = create_clidriver().main(words)
    if status == 0:
        return json.loads(out.getvalue() or "{}")
    refusal = ERROR.search(errors.getvalue())
    assert refusal, f"{operation}: exit code {status}: {errors.getvalue()}"
    raise Refused(refusal[1], refusal[2].strip())


journey(call, operators_day)
