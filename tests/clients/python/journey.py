"""The journey of one person, the same with every client of Python's: `call(operation, **parameters)` is the client."""

import time

from srp import Exchange
from world import (CONSENT, PATIENCE, READY, claims, code, expect_round, invent_email, invent_password,
                   invent_username, photo, refused, step, upload, wrong)


class Person:
    """Somebody with a client of their own."""

    def __init__(self, call) -> None:
        self.call = call
        self.username, self.password, self.email = invent_username(), invent_password(), invent_email()
        self.sub = ""
        self.tokens: dict = {}

    def of_client(self, operation: str, **parameters) -> dict:
        return self.call(operation, ClientId=READY["clientId"], **parameters)

    def signed_in(self, operation: str, **parameters) -> dict:
        return self.call(operation, AccessToken=self.tokens["AccessToken"], **parameters)

    def sign_up(self) -> dict:
        attributes = [{"Name": "email", "Value": self.email}]
        return self.of_client("SignUp", Username=self.username, Password=self.password, UserAttributes=attributes)

    def start(self, name: str, **parameters) -> dict:
        return self.of_client("InitiateAuth", AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": name, **parameters})

    def respond(self, to: dict, responses: dict, metadata: dict) -> dict:
        optional = {"ClientMetadata": metadata} if metadata else {}
        return self.of_client("RespondToAuthChallenge", ChallengeName=to["ChallengeName"], Session=to["Session"],
                              ChallengeResponses=responses, **optional)

    def start_with_password(self, password: str, metadata: dict) -> dict:
        exchange = Exchange(READY["userPoolId"])
        asked = self.start(self.username, CHALLENGE_NAME="SRP_A", SRP_A=exchange.srp_a)
        assert asked["ChallengeName"] == "PASSWORD_VERIFIER", asked["ChallengeName"]
        return self.respond(asked, exchange.claim(asked["ChallengeParameters"], password), metadata)

    def answer(self, to: dict, metadata: dict | None = None) -> dict:
        asked = to["ChallengeParameters"]
        responses = {"USERNAME": asked["USERNAME"], "ANSWER": asked["challengeId"]}
        return self.respond(to, responses, metadata or {})

    def show(self, to: dict, kind: str) -> dict:
        """Uploads a photo and answers; waits while it is being indexed, and shows it again after an outage."""
        jpeg, end = photo(kind), time.monotonic() + PATIENCE
        challenge = to["ChallengeParameters"]["challenge"]
        upload(to["ChallengeParameters"], jpeg)
        answer = self.answer(to)
        while True:
            asked = answer.get("ChallengeParameters", {})
            waiting = asked.get("state") == "PENDING" or asked.get("reason") == "BUSY"
            if asked.get("challenge") != challenge or not waiting:
                return answer
            assert time.monotonic() < end, f"still {asked['state']} {asked['reason']}"
            time.sleep(int(asked["retryAfterMs"]) / 1000)
            if asked["state"] == "UPLOAD":
                upload(asked, jpeg)
            answer = self.answer(answer)

    def show_for_tokens(self, to: dict, kind: str) -> None:
        answer = self.show(to, kind)
        assert "AuthenticationResult" in answer, answer.get("ChallengeParameters", {}).get("reason")
        self.tokens = answer["AuthenticationResult"]
        assert claims(self.tokens["IdToken"])["sub"] == self.sub

    def sign_in(self) -> None:
        asked = self.start(self.email)
        expect_round(asked, "SELFIE", "UPLOAD")
        self.show_for_tokens(asked, "selfie")

    def refresh(self, tokens: dict) -> dict:
        parameters = {"REFRESH_TOKEN": tokens["RefreshToken"]}
        answer = self.of_client("InitiateAuth", AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=parameters)
        return answer["AuthenticationResult"]

    def attributes(self) -> dict:
        return {a["Name"]: a["Value"] for a in self.signed_in("GetUser")["UserAttributes"]}

    def expect_ended(self, tokens: dict, name: str = "NotAuthorizedException") -> None:
        """Neither token may work any more; `name` is what the access token meets."""
        with refused(name):
            self.call("GetUser", AccessToken=tokens["AccessToken"])
        with refused("NotAuthorizedException"):
            self.refresh(tokens)
        with refused("NotAuthorizedException"):
            self.of_client("GetTokensFromRefreshToken", RefreshToken=tokens["RefreshToken"])


def join(person: Person) -> None:
    with step("sign-up"):
        answer = person.sign_up()
        assert answer["UserConfirmed"] is False
        person.sub = answer["UserSub"]
        with refused("UsernameExistsException", "User already exists"):
            person.sign_up()
    with step("confirm"):
        right = code(person.email, "SignUp")
        with refused("CodeMismatchException"):
            person.of_client("ConfirmSignUp", Username=person.username, ConfirmationCode=wrong(right))
        person.of_client("ResendConfirmationCode", Username=person.username)
        right = code(person.email, "ResendCode")
        person.of_client("ConfirmSignUp", Username=person.username, ConfirmationCode=right)


def enrol(person: Person) -> None:
    with step("wrong-password"), refused("NotAuthorizedException", "Incorrect username or password."):
        person.start_with_password(invent_password(), {})
    with step("consent"):
        asked = person.start_with_password(person.password, {})
        expect_round(asked, "ENROL_DOCUMENT", "CONSENT")
        assert asked["ChallengeParameters"]["consentVersion"] == CONSENT["consent"]
        expect_round(person.answer(asked, CONSENT), "ENROL_DOCUMENT", "UPLOAD")
    with step("consent-at-once"):
        asked = person.start_with_password(person.password, CONSENT)
        expect_round(asked, "ENROL_DOCUMENT", "UPLOAD")
    with step("enrol-document"):
        asked = person.show(asked, "document")
        expect_round(asked, "SELFIE", "UPLOAD")
    with step("enrol-selfie"):
        person.show_for_tokens(asked, "selfie")


def use_session(person: Person) -> None:
    with step("current-user"):
        assert person.signed_in("GetUser")["Username"] == person.username
    with step("attributes"):
        attributes = person.attributes()
        assert (attributes["email"], attributes["email_verified"]) == (person.email, "true")
        assert attributes["sub"] == person.sub
    with step("refresh"):
        old = claims(person.tokens["AccessToken"])
        by_operation = person.of_client("GetTokensFromRefreshToken", RefreshToken=person.tokens["RefreshToken"])
        for new in (person.refresh(person.tokens), by_operation["AuthenticationResult"]):
            fresh = claims(new["AccessToken"])
            assert fresh["jti"] != old["jti"] and fresh["auth_time"] == old["auth_time"]
            assert claims(new["IdToken"])["email"] == person.email
    with step("sign-out"):
        person.of_client("RevokeToken", Token=person.tokens["RefreshToken"])
        person.expect_ended(person.tokens)


def sign_in(person: Person) -> None:
    with step("sign-in-retries"):
        asked = person.start(person.email)
        expect_round(asked, "SELFIE", "UPLOAD")
        asked = person.show(asked, "stranger")
        expect_round(asked, "SELFIE", "UPLOAD", "NOT_RECOGNISED")
        assert asked["ChallengeParameters"]["attemptsLeft"] == "2"
    with step("sign-in"):
        person.show_for_tokens(asked, "selfie")
    with step("sign-out-global"):
        elsewhere = person.tokens
        # One wrong photo a session: an outage at the third try ends it, and a busy machine may have one.
        asked = person.show(person.start(person.email), "nobody")
        expect_round(asked, "SELFIE", "UPLOAD", "NO_FACE")
        person.show_for_tokens(asked, "selfie")
        person.signed_in("GlobalSignOut")
        person.expect_ended(elsewhere)
        person.expect_ended(person.tokens)


def reset_password(person: Person) -> None:
    old = person.password
    with step("reset-password"):
        person.of_client("ForgotPassword", Username=person.email)
        right, person.password = code(person.email, "ForgotPassword"), invent_password()
        to = {"Username": person.email, "Password": person.password}
        with refused("CodeMismatchException"):
            person.of_client("ConfirmForgotPassword", ConfirmationCode=wrong(right), **to)
        person.of_client("ConfirmForgotPassword", ConfirmationCode=right, **to)
        with refused("NotAuthorizedException"):
            person.start_with_password(old, CONSENT)
    with step("reset-keeps-face"):
        asked = person.start_with_password(person.password, CONSENT)
        expect_round(asked, "SELFIE", "UPLOAD")
        person.show_for_tokens(asked, "selfie")


def update(person: Person, name: str, value: str) -> list:
    answer = person.signed_in("UpdateUserAttributes", UserAttributes=[{"Name": name, "Value": value}])
    return answer.get("CodeDeliveryDetailsList", [])


def change_attributes(person: Person) -> None:
    with step("update-name"):
        assert update(person, "name", "Visitor") == []
        assert person.attributes()["name"] == "Visitor"
    email = invent_email()
    with step("update-email"):
        (delivery,) = update(person, "email", email)
        assert (delivery["AttributeName"], delivery["DeliveryMedium"]) == ("email", "EMAIL")
        assert person.attributes()["email"] == person.email, "the new address does not count yet"
        right = code(email, "UpdateUserAttribute")
        with refused("CodeMismatchException"):
            person.signed_in("VerifyUserAttribute", AttributeName="email", Code=wrong(right))
    with step("verify-email"):
        person.signed_in("GetUserAttributeVerificationCode", AttributeName="email")
        person.signed_in("VerifyUserAttribute", AttributeName="email", Code=code(email, "VerifyUserAttribute"))
        attributes = person.attributes()
        assert (attributes["email"], attributes["email_verified"]) == (email, "true")
        person.email = email
    with step("sign-in-new-email"):
        person.sign_in()


def change_password(person: Person) -> None:
    with step("change-password"):
        old, fresh = person.password, invent_password()
        with refused("NotAuthorizedException"):
            person.signed_in("ChangePassword", PreviousPassword=fresh, ProposedPassword=fresh)
        person.signed_in("ChangePassword", PreviousPassword=old, ProposedPassword=fresh)
        person.password = fresh
        expect_round(person.start_with_password(fresh, CONSENT), "SELFIE", "UPLOAD")
        with refused("NotAuthorizedException"):
            person.start_with_password(old, CONSENT)


def leave(person: Person) -> None:
    with step("unknown-user"):
        expect_round(person.start(invent_email()), "SELFIE", "UPLOAD")
    with step("delete-user"):
        person.signed_in("DeleteUser")
        person.expect_ended(person.tokens, "UserNotFoundException")
        expect_round(person.start(person.email), "SELFIE", "UPLOAD")
        with refused("NotAuthorizedException"):
            person.start_with_password(person.password, CONSENT)


def journey(call, operators_day) -> None:
    """All steps in order; the operator's day has the person enrolled and signed in."""
    person = Person(call)
    for part in (join, enrol, use_session, sign_in, reset_password, change_attributes, change_password):
        part(person)
    operators_day(person)
    leave(person)
