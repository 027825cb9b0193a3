"""What an operator does with the pool, with the key of its owner."""

from journey import Person
from world import CONSENT, READY, expect_round, invent_email, invent_password, invent_username, refused, step


class Operator:
    """The owner of the pool."""

    def __init__(self, call) -> None:
        self.call = call

    def pool(self, operation: str, **parameters) -> dict:
        return self.call(operation, UserPoolId=READY["userPoolId"], **parameters)

    def user(self, name: str) -> dict:
        return self.pool("AdminGetUser", Username=name)

    def found(self, **parameters) -> list:
        return self.pool("ListUsers", **parameters)["Users"]


def look_around(operator: Operator, person: Person) -> None:
    with step("describe-user-pool"):
        pool = operator.pool("DescribeUserPool")["UserPool"]
        assert pool["Id"] == READY["userPoolId"] and pool["AliasAttributes"] == ["email"]
        assert pool["MfaConfiguration"] == "OFF" and not pool["UsernameConfiguration"]["CaseSensitive"]
        assert pool["UserAttributeUpdateSettings"]["AttributesRequireVerificationBeforeUpdate"] == ["email"]
    with step("describe-user-pool-client"):
        client = operator.pool("DescribeUserPoolClient", ClientId=READY["clientId"])["UserPoolClient"]
        assert sorted(client["ExplicitAuthFlows"]) == ["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        assert client["PreventUserExistenceErrors"] == "ENABLED" and "ClientSecret" not in client
    with step("admin-get-user"):
        user = operator.user(person.email)
        attributes = {a["Name"]: a["Value"] for a in user["UserAttributes"]}
        assert (user["Username"], user["UserStatus"], user["Enabled"]) == (person.username, "CONFIRMED", True)
        assert (attributes["sub"], attributes["email"]) == (person.sub, person.email)
        with refused("UserNotFoundException", "User does not exist."):
            operator.user(invent_username())


def second_person(operator: Operator) -> Person:
    """Somebody whom the operator confirms, by way of the list."""
    person = Person(operator.call)
    person.sub = person.sign_up()["UserSub"]
    with step("list-users"):
        for wanted in (f'email = "{person.email}"', f'username ^= "{person.username[:30]}"', f'sub = "{person.sub}"'):
            (user,) = operator.found(Filter=wanted)
            assert (user["Username"], user["UserStatus"]) == (person.username, "UNCONFIRMED"), wanted
            assert "Attributes" in user and user["Enabled"]
        first = operator.pool("ListUsers", Limit=1)
        second = operator.pool("ListUsers", Limit=1, PaginationToken=first["PaginationToken"])
        assert len(first["Users"]) == len(second["Users"]) == 1
        assert first["Users"][0]["Username"] != second["Users"][0]["Username"]
    with step("admin-confirm-sign-up"):
        operator.pool("AdminConfirmSignUp", Username=person.username)
        assert operator.user(person.username)["UserStatus"] == "CONFIRMED"
        with refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED"):
            operator.pool("AdminConfirmSignUp", Username=person.username)
        # Nobody has shown that the mailbox is theirs: no enrolment.
        expect_round(person.start_with_password(person.password, CONSENT), "SELFIE", "UPLOAD")
    return person


def change(operator: Operator, person: Person) -> None:
    with step("admin-update-user-attributes"):
        attribute = [{"Name": "name", "Value": "Known Visitor"}]
        operator.pool("AdminUpdateUserAttributes", Username=person.username, UserAttributes=attribute)
        assert person.attributes()["name"] == "Known Visitor"
    with step("admin-set-user-password"):
        person.password = invent_password()
        operator.pool("AdminSetUserPassword", Username=person.username, Password=person.password, Permanent=True)
        expect_round(person.start_with_password(person.password, CONSENT), "SELFIE", "UPLOAD")
    with step("admin-disable-user"):
        operator.pool("AdminDisableUser", Username=person.username)
        assert operator.user(person.username)["Enabled"] is False
        with refused("NotAuthorizedException"):
            person.refresh(person.tokens)
    with step("admin-enable-user"):
        operator.pool("AdminEnableUser", Username=person.username)
        assert operator.user(person.username)["Enabled"] is True
        person.sign_in()
    with step("admin-user-global-sign-out"):
        operator.pool("AdminUserGlobalSignOut", Username=person.username)
        person.expect_ended(person.tokens)
        person.sign_in()


def create_and_delete(operator: Operator, second: Person) -> None:
    with step("admin-create-user"):
        attributes = [{"Name": "email", "Value": invent_email()}]
        # Only people themselves sign up: the product's own rule, told by its trigger.
        with refused("UserLambdaValidationException", "PreSignUp failed with error"):
            operator.pool("AdminCreateUser", Username=invent_username(), UserAttributes=attributes)
    with step("admin-delete-user"):
        operator.pool("AdminDeleteUser", Username=second.username)
        with refused("UserNotFoundException"):
            operator.user(second.username)
        assert operator.found(Filter=f'email = "{second.email}"') == []


def operators_day(person: Person) -> None:
    operator = Operator(person.call)
    look_around(operator, person)
    second = second_person(operator)
    change(operator, person)
    create_and_delete(operator, second)
