//! What is made up once and kept: ids, the random part of names, generated secrets, the administrator's key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::data::{Data, DataError};
use crate::random;

pub(crate) const REGION: &str = "us-east-1";
pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const PARTITION: &str = "aws";
pub(crate) const STACK_NAME: &str = "face-login";

/// Logical id of the client of the sign-in page.
pub(crate) const PAGE_CLIENT: &str = "UserPoolClient";

const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const MIXED: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const PUNCTUATION: &[u8] = b"!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~\\";

/// `DIR/stack.json`. Holds secrets: never printed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) stack_id: String,
    pub(crate) pool_id: String,
    /// Of the client that the template calls [`PAGE_CLIENT`].
    client_id: String,
    /// Of the other clients, by logical id.
    #[serde(default)]
    client_ids: BTreeMap<String, String>,
    pub(crate) admin_key_id: String,
    pub(crate) admin_secret: String,
    /// By logical id.
    suffixes: BTreeMap<String, String>,
    /// By logical id.
    secrets: BTreeMap<String, String>,
}

/// How a secret is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Punctuation {
    Include,
    Exclude,
}

impl Identity {
    pub(crate) fn load(data: &Data) -> Result<Self, DataError> {
        Ok(data.load("stack.json")?.unwrap_or_else(Self::make_up))
    }

    pub(crate) fn save(&self, data: &Data) -> Result<(), DataError> {
        data.save("stack.json", self)
    }

    pub(crate) fn make_up() -> Self {
        Self {
            stack_id: format!(
                "arn:{PARTITION}:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK_NAME}/{}",
                random::uuid()
            ),
            pool_id: format!("{REGION}_{}", random::text(9, MIXED)),
            client_id: random::text(26, LOWER),
            client_ids: BTreeMap::new(),
            admin_key_id: format!("AKIA{}", random::text(16, UPPER)),
            admin_secret: random::text(40, MIXED),
            suffixes: BTreeMap::new(),
            secrets: BTreeMap::new(),
        }
    }

    /// ARN of the user pool.
    pub(crate) fn pool_arn(&self) -> String {
        format!(
            "arn:{PARTITION}:cognito-idp:{REGION}:{ACCOUNT}:userpool/{}",
            self.pool_id
        )
    }

    /// Id of an app client.
    pub(crate) fn client(&mut self, logical_id: &str) -> &str {
        if logical_id == PAGE_CLIENT {
            return &self.client_id;
        }
        self.client_ids
            .entry(logical_id.to_owned())
            .or_insert_with(|| random::text(26, LOWER))
    }

    /// The random part of a resource's name, as CloudFormation appends it.
    pub(crate) fn suffix(&mut self, logical_id: &str) -> &str {
        self.suffixes
            .entry(logical_id.to_owned())
            .or_insert_with(|| random::text(12, UPPER))
    }

    pub(crate) fn secret(
        &mut self,
        logical_id: &str,
        length: usize,
        punctuation: Punctuation,
    ) -> &str {
        let alphabet = match punctuation {
            Punctuation::Include => [MIXED, PUNCTUATION].concat(),
            Punctuation::Exclude => MIXED.to_vec(),
        };
        self.secrets
            .entry(logical_id.to_owned())
            .or_insert_with(|| random::text(length, &alphabet))
    }
}
