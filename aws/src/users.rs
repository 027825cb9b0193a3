//! The user pool, as far as functions ask it about users: whether one still exists, and the end of everything that one is
//! signed in to.
//!
//! The client is made with its first call: most runs of Verify never need it, and a cold start should not pay for it.

use std::sync::OnceLock;

use aws_sdk_cognitoidentityprovider::Client;
use face_login_domain::ids::Sub;

use crate::failure::{BoxError, Failure};
use crate::http::{Connection, Patience};

/// The users of user pools.
pub struct Users {
    connection: Connection,
    patience: Patience,
    client: OnceLock<Client>,
}

/// Whether a user exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existence {
    /// It does.
    Lives,
    /// It does not, or not any more.
    Gone,
}

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `AdminUserGlobalSignOut`
    SignOut,
    /// `ListUsers`
    Look,
}

/// A call to the user pool that was not carried out.
#[derive(Debug, thiserror::Error)]
#[error("{operation:?} by the user pool failed: {failure:?}")]
pub struct UsersError {
    /// What was being done.
    pub operation: Operation,
    /// Why it failed, as far as anybody acts on it.
    pub failure: Failure,
    #[source]
    source: BoxError,
}

impl Users {
    /// Retries and limits are `patience`'s.
    pub fn new(connection: &Connection, patience: &Patience) -> Self {
        Self {
            connection: connection.clone(),
            patience: *patience,
            client: OnceLock::new(),
        }
    }

    /// Ends every session of a user: refresh tokens get nothing any more, and access tokens open nothing at Cognito.
    /// Access and ID tokens that others check by their signature live on until they expire. Doing it twice is doing it once.
    ///
    /// # Errors
    /// It is not known to be done.
    pub async fn sign_out(&self, pool: &str, name: &str) -> Result<(), UsersError> {
        let call = self.client().admin_user_global_sign_out();
        let done = call.user_pool_id(pool).username(name).send().await;
        done.map(|_| ()).map_err(|error| UsersError {
            operation: Operation::SignOut,
            failure: Failure::of(&error),
            source: error.into(),
        })
    }

    /// Whether a user with this `sub` is in the pool. Rows and faces carry nothing else of a user, and only `ListUsers` finds
    /// one by it. Its answer may be some seconds old, which is less than an enrolment takes.
    ///
    /// # Errors
    /// The pool did not tell.
    pub async fn existence(&self, pool: &str, sub: &Sub) -> Result<Existence, UsersError> {
        let call = self.client().list_users().user_pool_id(pool).limit(1);
        let found = call
            .filter(format!("sub = \"{}\"", sub.as_str()))
            .attributes_to_get("sub")
            .send()
            .await;
        match found {
            Ok(found) if found.users().is_empty() => Ok(Existence::Gone),
            Ok(_) => Ok(Existence::Lives),
            Err(error) => Err(UsersError {
                operation: Operation::Look,
                failure: Failure::of(&error),
                source: error.into(),
            }),
        }
    }

    fn client(&self) -> &Client {
        self.client
            .get_or_init(|| self.connection.user_pools(&self.patience))
    }
}
