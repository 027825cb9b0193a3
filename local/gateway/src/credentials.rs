//! Who may call, and the keys by which callers are known.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// How long a temporary key is good for, as for a Lambda's role session.
const LIFETIME: Duration = Duration::from_hours(1);

/// Who makes a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Principal {
    /// The operator: may do everything, as an account's administrator.
    Admin,
    /// A Lambda process with the role of its function.
    Function {
        /// Logical id in the template; names the role.
        logical_id: String,
        /// Which process of the function: what a crash fault kills.
        process: u64,
    },
    /// A part of AWS itself acting for the stack (`cloudformation` answering a custom resource): trusted like the administrator, logged under its name.
    Service(String),
    /// Nobody: an operation that needs no signature. Is allowed nothing that a policy would have to grant.
    Anonymous,
}

impl Principal {
    /// The name in the call log: the function's logical id, `admin`, `anonymous`, or the service's name.
    pub fn label(&self) -> &str {
        match self {
            Self::Admin => "admin",
            Self::Function { logical_id, .. } => logical_id,
            Self::Service(name) => name,
            Self::Anonymous => "anonymous",
        }
    }
}

/// An access key. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// `AKIA…` for long-lived keys, `ASIA…` for temporary ones.
    pub access_key_id: String,
    /// The secret that signs.
    pub secret_access_key: String,
    /// Must come along with every request signed by a temporary key.
    pub session_token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// A key as the gateway knows it.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) principal: Principal,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
    pub(crate) expires: Option<SystemTime>,
}

/// All keys that verify.
pub(crate) struct Keys(Mutex<HashMap<String, Key>>);

impl Keys {
    pub(crate) fn new(admin: Credentials) -> Self {
        let keys = Self(Mutex::default());
        keys.insert(admin, Principal::Admin, None);
        keys
    }

    /// Makes a temporary key. A key outlives its process, so that what it presigned stays valid until the key expires.
    pub(crate) fn issue(&self, principal: Principal, now: SystemTime) -> Credentials {
        let credentials = Credentials {
            access_key_id: format!("ASIA{}", upper_case(16)),
            secret_access_key: STANDARD.encode(random::<30>()),
            session_token: Some(STANDARD.encode(random::<200>())),
        };
        self.entries()
            .retain(|_, key| key.expires.is_none_or(|end| now < end));
        self.insert(credentials.clone(), principal, Some(now + LIFETIME));
        credentials
    }

    pub(crate) fn revoke(&self, access_key_id: &str) {
        self.entries().remove(access_key_id);
    }

    pub(crate) fn find(&self, access_key_id: &str) -> Option<Key> {
        self.entries().get(access_key_id).cloned()
    }

    fn insert(&self, credentials: Credentials, principal: Principal, expires: Option<SystemTime>) {
        let Credentials {
            access_key_id,
            secret_access_key: secret,
            session_token: token,
        } = credentials;
        self.entries().insert(
            access_key_id,
            Key {
                principal,
                secret,
                token,
                expires,
            },
        );
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, Key>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keys are made at the edge of the program, so the randomness is the system's and no argument.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

fn upper_case(length: usize) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    random::<64>()
        .iter()
        .take(length)
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect()
}
