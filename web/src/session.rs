//! A signed-in session, and how it is kept in local storage: in the layout of AWS Amplify v6, so that an app which uses Amplify finds it.

use std::time::Duration;

use crate::{moment::Moment, secret::Secret};

/// Tokens are renewed this long before they expire.
pub const RENEW_BEFORE: Duration = Duration::from_mins(1);

/// The tokens of a signed-in user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Cognito's user name (`username` of the access token).
    pub username: String,
    /// What the user signed in with. Empty if not known.
    pub login: String,
    /// The access token.
    pub access: Secret,
    /// The ID token.
    pub id: Secret,
    /// The refresh token.
    pub refresh: Secret,
    /// When the access token was issued, by Cognito's clock.
    pub issued_at: Moment,
    /// When the access token expires, by Cognito's clock.
    pub expires_at: Moment,
}

impl Session {
    /// When to renew: a minute before the end, at once if that has passed.
    pub fn renew_at(&self) -> Moment {
        self.expires_at.before(RENEW_BEFORE)
    }

    /// The name of the item that says who signed in last.
    pub fn last_user_key(client_id: &str) -> String {
        format!("CognitoIdentityServiceProvider.{client_id}.LastAuthUser")
    }

    /// The name of one of a user's items.
    pub fn item_key(client_id: &str, username: &str, item: &str) -> String {
        format!("CognitoIdentityServiceProvider.{client_id}.{username}.{item}")
    }

    /// Names of all items of a user that this page writes.
    pub const ITEMS: [&str; 5] = [
        "accessToken",
        "idToken",
        "refreshToken",
        "clockDrift",
        "signInDetails",
    ];

    /// Every item to store. `now` is the browser's clock, from which Amplify reckons the drift; `sign_in_details` is JSON.
    pub fn items(
        &self,
        client_id: &str,
        now: Moment,
        sign_in_details: &str,
    ) -> Vec<(String, String)> {
        let item = |name: &str, value: &str| {
            (
                Self::item_key(client_id, &self.username, name),
                value.to_owned(),
            )
        };
        let (issued, now) = (self.issued_at.millis(), now.millis());
        let drift = if issued < now {
            format!("-{}", now - issued)
        } else {
            (issued - now).to_string()
        };
        vec![
            (Self::last_user_key(client_id), self.username.clone()),
            item("accessToken", self.access.reveal()),
            item("idToken", self.id.reveal()),
            item("refreshToken", self.refresh.reveal()),
            item("clockDrift", &drift),
            item("signInDetails", sign_in_details),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        Session {
            username: "u-1".into(),
            login: "ada@example.com".into(),
            access: Secret::new("aaa"),
            id: Secret::new("iii"),
            refresh: Secret::new("rrr"),
            issued_at: Moment::from_seconds(1000),
            expires_at: Moment::from_seconds(1900),
        }
    }

    #[test]
    fn the_layout_is_amplifys() {
        let items = session().items("client", Moment::from_millis(1_000_250), "{}");
        let want = [
            ("CognitoIdentityServiceProvider.client.LastAuthUser", "u-1"),
            (
                "CognitoIdentityServiceProvider.client.u-1.accessToken",
                "aaa",
            ),
            ("CognitoIdentityServiceProvider.client.u-1.idToken", "iii"),
            (
                "CognitoIdentityServiceProvider.client.u-1.refreshToken",
                "rrr",
            ),
            (
                "CognitoIdentityServiceProvider.client.u-1.clockDrift",
                "-250",
            ),
            (
                "CognitoIdentityServiceProvider.client.u-1.signInDetails",
                "{}",
            ),
        ];
        assert_eq!(
            items,
            want.map(|(key, value)| (key.to_owned(), value.to_owned()))
        );
        assert_eq!(
            session().items("c", Moment::from_seconds(990), "{}")[4].1,
            "10000"
        );
    }

    #[test]
    fn tokens_are_renewed_a_minute_before_their_end() {
        assert_eq!(session().renew_at(), Moment::from_seconds(1840));
    }

    #[test]
    fn nothing_prints_a_token() {
        let printed = format!("{:?}", session());
        for token in ["aaa", "iii", "rrr"] {
            assert!(!printed.contains(token));
        }
    }
}
