//! The service: opens its state, finds the operation, answers.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use http::{Method, Request, Response};
use rand::{CryptoRng, rngs::StdRng};
use serde_json::{Value, json};

use crate::{
    clients::{self, AppClient, TemplateClient},
    config::{PoolConfig, UserExistence},
    keys::{KeyError, PoolKeys},
    moment::Moment,
    names::{NameKey, Simulation},
    randomness::Randomness,
    refusal::Refusal,
    settings::{Clock, Invoke, SendMail, Settings},
    store::{PoolRow, Store, StoreError},
    triggers::{Events, Functions},
    wire::{self, Members},
};

/// Why the service could not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory could not be made or written to.
    #[error("writing to the directory {}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The database could not be opened.
    #[error("opening the pool's database")]
    Store(#[from] StoreError),
    /// The token keys could not be opened.
    #[error("opening the pool's token keys")]
    Keys(#[from] KeyError),
    /// The secret behind invented users has the wrong size.
    #[error("reading the secret behind invented users")]
    Simulation,
}

/// A user pool with its clients.
#[derive(Clone)]
pub struct Cognito(Arc<Service>);

/// Everything that the operations work with.
pub(crate) struct Service {
    pub(crate) settings: Settings,
    pub(crate) pool: PoolConfig,
    pub(crate) store: Store,
    pub(crate) keys: PoolKeys,
    pub(crate) functions: Functions,
    pub(crate) simulation: Simulation,
    pub(crate) randomness: Arc<Randomness>,
    pub(crate) send_mail: SendMail,
    clock: Clock,
}

impl Cognito {
    /// Opens the pool whose state is in `dir`; makes it, keys included, the first time. `clients` are those of the template,
    /// the page's first; those that an operator made are in the state.
    ///
    /// # Errors
    /// The directory or database can't be used, or the data was written by a newer version.
    pub fn open(
        dir: &Path,
        settings: Settings,
        pool: PoolConfig,
        clients: Vec<TemplateClient>,
        invoke: Invoke,
        mail: SendMail,
        clock: Clock,
    ) -> Result<Self, OpenError> {
        let parts = Parts {
            settings,
            pool,
            clients,
            invoke,
            mail,
            clock,
            rng: Box::new(rand::make_rng::<StdRng>()),
        };
        Self::assemble(dir, parts)
    }

    pub(crate) fn assemble(dir: &Path, parts: Parts) -> Result<Self, OpenError> {
        std::fs::create_dir_all(dir).map_err(|source| OpenError::Directory {
            path: dir.to_owned(),
            source,
        })?;
        let database = dir.join("cognito.sqlite");
        keep_private(&database).map_err(|source| OpenError::Directory {
            path: dir.to_owned(),
            source,
        })?;
        let store = Store::open(&database)?;
        let randomness = Arc::new(Randomness::new(parts.rng));
        let keys = PoolKeys::open(&store, &randomness)?;
        let secret = store.secret("simulation", || {
            Ok::<_, StoreError>(randomness.bytes::<32>().to_vec())
        })?;
        let simulation = Simulation::new(secret.try_into().map_err(|_| OpenError::Simulation)?);
        let now = Moment::of((parts.clock)());
        store.transact(|tx| {
            PoolRow::deploy(tx, parts.pool.properties(), now)?;
            clients::deploy(tx, &parts.clients, now)
        })?;
        Ok(Self(Arc::new(Service {
            settings: parts.settings,
            pool: parts.pool,
            store,
            keys,
            functions: Functions::new(parts.invoke, Arc::clone(&randomness)),
            simulation,
            randomness,
            send_mail: parts.mail,
            clock: parts.clock,
        })))
    }

    /// Answers one request. Work that began is finished even if the caller stops waiting.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let service = Arc::clone(&self.0);
        match tokio::spawn(async move { service.respond(request).await }).await {
            Ok(response) => response,
            Err(error) => {
                tracing::error!(
                    panicked = error.is_panic(),
                    "an operation of the user pool ended early"
                );
                let refusal = Refusal::Internal(StoreError::Malformed { what: "outcome" });
                wire::answer(Err(refusal), "00000000-0000-4000-8000-000000000000")
            }
        }
    }
}

/// Only the owner may read the keys; the database gives its other files the same mode.
#[cfg(unix)]
fn keep_private(database: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = std::fs::OpenOptions::new();
    options
        .create(true)
        .append(true)
        .mode(0o600)
        .open(database)?;
    Ok(())
}

#[cfg(not(unix))]
fn keep_private(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// What a pool is assembled from.
pub(crate) struct Parts {
    pub(crate) settings: Settings,
    pub(crate) pool: PoolConfig,
    pub(crate) clients: Vec<TemplateClient>,
    pub(crate) invoke: Invoke,
    pub(crate) mail: SendMail,
    pub(crate) clock: Clock,
    pub(crate) rng: Box<dyn CryptoRng + Send>,
}

impl Service {
    async fn respond(&self, request: Request<Bytes>) -> Response<Bytes> {
        if request.method() == Method::OPTIONS {
            return wire::preflight(request.headers());
        }
        if wire::asks_for_document(&request) {
            return self
                .document(request.uri().path())
                .map_or_else(wire::not_found, |body| wire::document(&body));
        }
        let request_id = self.randomness.uuid().to_string();
        let outcome = match wire::read(&request) {
            Ok((operation, members)) => self.operate(&operation, members).await,
            Err(refusal) => Err(refusal),
        };
        if let Err(Refusal::Internal(error)) = &outcome {
            tracing::error!(
                error = error as &dyn std::error::Error,
                "the user pool failed"
            );
        }
        wire::answer(outcome, &request_id)
    }

    async fn operate(&self, operation: &str, members: Members) -> Result<Value, Refusal> {
        match operation {
            "SignUp" => self.sign_up(members).await,
            "ConfirmSignUp" => self.confirm_sign_up(members).await,
            "ResendConfirmationCode" => self.resend_confirmation_code(members).await,
            "ForgotPassword" => self.forgot_password(members).await,
            "ConfirmForgotPassword" => self.confirm_forgot_password(members).await,
            "InitiateAuth" => self.initiate_auth(members).await,
            "AdminInitiateAuth" => self.admin_initiate_auth(members).await,
            "AdminRespondToAuthChallenge" => self.admin_respond_to_auth_challenge(members).await,
            "RespondToAuthChallenge" => self.respond_to_auth_challenge(members).await,
            "GetTokensFromRefreshToken" => self.tokens_from_refresh_token(members).await,
            "GetUser" => self.user_of_token(members),
            "UpdateUserAttributes" => self.update_user_attributes(members).await,
            "DeleteUserAttributes" => self.delete_user_attributes(members),
            "GetUserAttributeVerificationCode" => self.attribute_verification_code(members).await,
            "VerifyUserAttribute" => self.verify_user_attribute(members),
            "ChangePassword" => self.change_password(members),
            "DeleteUser" => self.delete_user(members),
            "GlobalSignOut" => self.global_sign_out(members),
            "RevokeToken" => self.revoke_token(members),
            "AdminConfirmSignUp" => self.admin_confirm_sign_up(members).await,
            "AdminCreateUser" => self.admin_create_user(members).await,
            "AdminSetUserPassword" => self.admin_set_user_password(members),
            "AdminResetUserPassword" => self.admin_reset_user_password(members).await,
            "AdminUpdateUserAttributes" => self.admin_update_user_attributes(members).await,
            "AdminDeleteUserAttributes" => self.admin_delete_user_attributes(members).await,
            "AdminGetUser" => self.admin_get_user(members),
            "AdminDeleteUser" => self.admin_delete_user(members),
            "AdminDisableUser" => self.admin_disable_user(members),
            "AdminEnableUser" => self.admin_enable_user(members),
            "ListUserPools" => self.list_user_pools(members),
            "DescribeUserPool" => self.describe_user_pool(members),
            "UpdateUserPool" => self.update_user_pool(members),
            "ListUserPoolClients" => self.list_clients(members),
            "DescribeUserPoolClient" => self.describe_client(members),
            "CreateUserPoolClient" => self.create_client(members),
            "UpdateUserPoolClient" => self.update_client(members),
            "DeleteUserPoolClient" => self.delete_client(members),
            "ListUsers" => self.list_users(members),
            "AdminUserGlobalSignOut" => self.admin_user_global_sign_out(members),
            _ => Err(Refusal::UnsupportedOperation(operation.to_owned())),
        }
    }

    fn document(&self, path: &str) -> Option<Value> {
        let (pool, document) = path.strip_prefix('/')?.split_once('/')?;
        let issuer = self.settings.issuer();
        match document {
            _ if pool != self.settings.pool_id => None,
            ".well-known/jwks.json" => Some(self.keys.jwks()),
            ".well-known/openid-configuration" => Some(json!({
                "issuer": issuer,
                "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
                "id_token_signing_alg_values_supported": ["RS256"],
                "response_types_supported": ["code", "token"],
                "scopes_supported": ["openid", "email", "phone", "profile"],
                "subject_types_supported": ["public"],
            })),
            _ => None,
        }
    }

    pub(crate) fn now(&self) -> Moment {
        Moment::of((self.clock)())
    }

    /// The present as mails are stamped.
    pub(crate) fn system_time(&self) -> std::time::SystemTime {
        (self.clock)()
    }

    pub(crate) fn key(&self, name: &str) -> NameKey {
        NameKey::new(name, self.pool.case)
    }

    /// Events of what a client asks for.
    pub(crate) fn events<'a>(&'a self, client: &'a AppClient) -> Events<'a> {
        Events {
            settings: &self.settings,
            client_id: &client.id,
            user_existence: client.config.user_existence,
            email_alias: self.pool.email_alias,
        }
    }

    /// Events of what an administrator asks for, which have no client.
    pub(crate) fn admin_events(&self) -> Events<'_> {
        Events {
            settings: &self.settings,
            client_id: "CLIENT_ID_NOT_APPLICABLE",
            user_existence: UserExistence::Told,
            email_alias: self.pool.email_alias,
        }
    }

    /// The client with this id, as it is now.
    pub(crate) fn client(&self, client_id: &str) -> Result<AppClient, Refusal> {
        self.store.transact(|tx| {
            AppClient::find(tx, client_id)?
                .ok_or_else(|| Refusal::UnknownClient(client_id.to_owned()))
        })
    }
}
