"""What the scripts know: the ready file, the mails, photos on disk; and how they report, one line of JSON per step."""

import base64
import collections
import contextlib
import json
import os
import secrets
import sys
import time
import traceback
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

# Longest that a mail, a judgement or the indexer may take on a busy machine, in seconds.
PATIENCE = 120

READY = json.loads(Path(os.environ["FACE_LOGIN_READY"]).read_text())
PHOTOS = Path(os.environ["FACE_LOGIN_CLIENT_PHOTOS"])
CLIENT = Path(sys.argv[0]).stem


class Refused(Exception):
    """A refusal of Cognito's, by whichever client: its name and its words."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name, self.message = name, message


def fetch(url: str, body: bytes | None = None, headers: dict | None = None) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, body, headers or {})) as reply:
        return reply.read()


# Client metadata that says yes to the consent text.
CONSENT = {"consent": json.loads(fetch(READY["page"] + "config.json"))["consentVersion"]}


@contextlib.contextmanager
def step(name: str):
    """Reports one step; what fails ends the script, since every step builds on those before."""

    def report(ok: bool, detail: str) -> None:
        print(json.dumps({"client": CLIENT, "step": name, "ok": ok, "detail": detail}), flush=True)

    try:
        yield
    except Exception:
        report(False, traceback.format_exc())
        sys.exit(1)
    report(True, "")


@contextlib.contextmanager
def refused(name: str, words: str = ""):
    """What happens inside must be refused with this error, and these words in its message."""
    try:
        yield
    except Refused as refusal:
        assert refusal.name == name, f"{refusal} where {name} was expected"
        assert words in refusal.message, f"{refusal} without {words!r}"
    else:
        raise AssertionError(f"passed where {name} was expected")


def invent_username() -> str:
    """User names look like version 3 UUIDs: the pool admits no others."""
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=3))


def invent_password() -> str:
    return f"aA1!{secrets.token_hex(20)}"


def invent_email() -> str:
    return f"visitor-{secrets.token_hex(6)}@example.com"


def code(address: str, purpose: str) -> str:
    """Code of the newest mail of this purpose to this address, once there is one."""
    url = f"{READY['inbox']}?to={urllib.parse.quote(address)}"
    end = time.monotonic() + PATIENCE
    while True:
        for mail in json.loads(fetch(url)):
            if mail["purpose"] == purpose:
                return mail["code"]
        assert time.monotonic() < end, f"no mail for {purpose} within {PATIENCE} s"
        time.sleep(0.1)


def wrong(right: str) -> str:
    """A code of six digits that is not this one."""
    return "000001" if right == "000000" else "000000"


_taken: collections.Counter = collections.Counter()


def photo(kind: str) -> bytes:
    """The next photo of this kind: `document`, `selfie`, `stranger` or `nobody`. No photo is shown twice."""
    _taken[kind] += 1
    return (PHOTOS / f"{kind}-{_taken[kind]}.jpg").read_bytes()


def upload(asked: dict, jpeg: bytes) -> None:
    """Sends a photo by the form that a round invites to."""
    assert asked["uploadUrl"], f"no upload is invited: {said(asked)}"
    boundary = secrets.token_hex(16)
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="'
    fields = "".join(f'{head}{name}"\r\n\r\n{value}\r\n' for name, value in json.loads(asked["uploadFields"]).items())
    file = f'{head}file"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = (fields + file).encode() + jpeg + f"\r\n--{boundary}--\r\n".encode()
    fetch(asked["uploadUrl"], body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})


def said(asked: dict) -> str:
    return f"{asked['challenge']} {asked['state']} {asked['reason']}"


def expect_round(answer: dict, challenge: str, state: str, reason: str = "") -> None:
    """The answer must be a round of this kind and state, with this reason."""
    assert answer.get("ChallengeName") == "CUSTOM_CHALLENGE", f"{answer.keys()} where {challenge} was expected"
    asked = answer["ChallengeParameters"]
    assert said(asked) == f"{challenge} {state} {reason}", said(asked)
    assert asked["protocol"] == "face-login/1", asked["protocol"]


def claims(token: str) -> dict:
    """Claims of a token, unverified."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
