//! Cognito user pools: operations that the service model marks as needing no signature pass as anonymous (they prove themselves by a client id,
//! a session or an access token); the others need the pool's ARN.

use super::{Asked, Required, Unmapped, need};

/// `authtype: none` in the service model.
const UNSIGNED: [&str; 32] = [
    "AssociateSoftwareToken",
    "ChangePassword",
    "CompleteWebAuthnRegistration",
    "ConfirmDevice",
    "ConfirmForgotPassword",
    "ConfirmSignUp",
    "DeleteUser",
    "DeleteUserAttributes",
    "DeleteWebAuthnCredential",
    "ForgetDevice",
    "ForgotPassword",
    "GetDevice",
    "GetTokensFromRefreshToken",
    "GetUser",
    "GetUserAttributeVerificationCode",
    "GetUserAuthFactors",
    "GlobalSignOut",
    "InitiateAuth",
    "ListDevices",
    "ListWebAuthnCredentials",
    "ResendConfirmationCode",
    "RespondToAuthChallenge",
    "RevokeToken",
    "SetUserMFAPreference",
    "SetUserSettings",
    "SignUp",
    "StartWebAuthnRegistration",
    "UpdateAuthEventFeedback",
    "UpdateDeviceStatus",
    "UpdateUserAttributes",
    "VerifySoftwareToken",
    "VerifyUserAttribute",
];

pub(super) fn is_unsigned(operation: &str) -> bool {
    UNSIGNED.contains(&operation)
}

pub(super) fn required(asked: Asked<'_>) -> Result<Required, Unmapped> {
    let needs = match asked.operation {
        "AdminAddUserToGroup"
        | "AdminConfirmSignUp"
        | "AdminCreateUser"
        | "AdminDeleteUser"
        | "AdminDeleteUserAttributes"
        | "AdminDisableProviderForUser"
        | "AdminDisableUser"
        | "AdminEnableUser"
        | "AdminGetUser"
        | "AdminInitiateAuth"
        | "AdminLinkProviderForUser"
        | "AdminListGroupsForUser"
        | "AdminRemoveUserFromGroup"
        | "AdminResetUserPassword"
        | "AdminRespondToAuthChallenge"
        | "AdminSetUserMFAPreference"
        | "AdminSetUserPassword"
        | "AdminUpdateUserAttributes"
        | "AdminUserGlobalSignOut"
        | "DescribeUserPool"
        | "DescribeUserPoolClient"
        | "CreateUserPoolClient"
        | "UpdateUserPoolClient"
        | "DeleteUserPoolClient"
        | "UpdateUserPool"
        | "DeleteUserPool"
        | "GetUserPoolMfaConfig"
        | "SetUserPoolMfaConfig"
        | "ListUsers"
        | "ListUserPoolClients"
        | "ListGroups"
        | "ListUsersInGroup" => {
            let pool = asked.place.arn(
                "cognito-idp",
                &format!("userpool/{}", asked.text("UserPoolId")?),
            );
            vec![need("cognito-idp", asked.operation, pool)]
        }
        "TagResource" | "UntagResource" | "ListTagsForResource" => vec![need(
            "cognito-idp",
            asked.operation,
            asked.text("ResourceArn")?,
        )],
        "CreateUserPool" | "ListUserPools" => vec![need("cognito-idp", asked.operation, "*")],
        _ => return Err(asked.unknown()),
    };
    Ok(asked.requires(needs))
}
