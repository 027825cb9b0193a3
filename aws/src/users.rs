//! The user pool, as far as functions ask it about users: whether one still exists, the end of everything that one is signed in to,
//! and sign-ups that nobody confirmed.
//!
//! The client is made with its first call: most runs of Verify never need it, and a cold start should not pay for it.

use std::sync::OnceLock;

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cognitoidentityprovider::operation::admin_delete_user::AdminDeleteUserError;
use aws_sdk_cognitoidentityprovider::operation::admin_get_user::AdminGetUserError;
use aws_sdk_cognitoidentityprovider::types::UserStatusType;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::DateTime;
use face_login_domain::{ids::Sub, time::Timestamp};

pub use face_login_domain::sweep::Existence;

use crate::failure::{BoxError, Failure};
use crate::http::{Connection, Patience};

/// The users of user pools.
pub struct Users {
    connection: Connection,
    patience: Patience,
    client: OnceLock<Client>,
}

/// Users on one page of a list: as many as the pool gives.
const PAGE: i32 = 60;
/// The filter for those who never typed the code of their mail.
const UNCONFIRMED: &str = "cognito:user_status = \"UNCONFIRMED\"";

/// A user who never confirmed the address.
#[derive(Clone, PartialEq, Eq)]
pub struct SignUp {
    /// The pool's name of the user.
    pub name: String,
    /// When it signed up.
    pub created: Timestamp,
}

/// One page of sign-ups that nobody confirmed.
pub struct SignUps {
    /// Of this page; may be none though there are more.
    pub found: Vec<SignUp>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// What became of a user who was to be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// It is.
    Now,
    /// It was gone, or is confirmed by now.
    Not,
}

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `AdminUserGlobalSignOut`
    SignOut,
    /// `ListUsers`
    Look,
    /// `AdminGetUser`
    Read,
    /// `AdminDeleteUser`
    Delete,
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
        done.map(|_| ())
            .map_err(|error| failed(Operation::SignOut, error))
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
            Err(error) => Err(failed(Operation::Look, error)),
        }
    }

    /// A page of the users who never confirmed their address, from where `after` says.
    ///
    /// # Errors
    /// The pool did not tell.
    pub async fn unconfirmed(
        &self,
        pool: &str,
        after: Option<String>,
    ) -> Result<SignUps, UsersError> {
        let call = self.client().list_users().user_pool_id(pool).limit(PAGE);
        let page = call
            .filter(UNCONFIRMED)
            .attributes_to_get("sub")
            .set_pagination_token(after)
            .send()
            .await
            .map_err(|error| failed(Operation::Look, error))?;
        let sign_up = |user: &aws_sdk_cognitoidentityprovider::types::UserType| {
            Some(SignUp {
                name: user.username()?.to_owned(),
                created: timestamp(user.user_create_date()?)?,
            })
        };
        Ok(SignUps {
            found: page.users().iter().filter_map(sign_up).collect(),
            next: page.pagination_token,
        })
    }

    /// Removes a user who is still unconfirmed. Lists may be some seconds old, so the user itself is asked first; whoever confirms
    /// between that answer and the removal has to sign up again.
    ///
    /// # Errors
    /// It is not known to be done.
    pub async fn remove_unconfirmed(&self, pool: &str, name: &str) -> Result<Removed, UsersError> {
        let read = self.client().admin_get_user().user_pool_id(pool);
        match read.username(name).send().await {
            Ok(user) if user.user_status() == Some(&UserStatusType::Unconfirmed) => {}
            Ok(_) => return Ok(Removed::Not),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(AdminGetUserError::is_user_not_found_exception) =>
            {
                return Ok(Removed::Not);
            }
            Err(error) => return Err(failed(Operation::Read, error)),
        }
        let delete = self.client().admin_delete_user().user_pool_id(pool);
        match delete.username(name).send().await {
            Ok(_) => Ok(Removed::Now),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(AdminDeleteUserError::is_user_not_found_exception) =>
            {
                Ok(Removed::Not)
            }
            Err(error) => Err(failed(Operation::Delete, error)),
        }
    }

    fn client(&self) -> &Client {
        self.client
            .get_or_init(|| self.connection.user_pools(&self.patience))
    }
}

fn failed<E>(operation: Operation, error: SdkError<E, HttpResponse>) -> UsersError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    UsersError {
        operation,
        failure: Failure::of(&error),
        source: error.into(),
    }
}

fn timestamp(date: &DateTime) -> Option<Timestamp> {
    let millis = date.to_millis().ok()?;
    u64::try_from(millis).ok().map(Timestamp::from_millis)
}
