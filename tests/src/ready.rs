//! The ready file: all that the suite knows about a running stack, here or in an AWS account.

use std::{collections::BTreeMap, fmt, fs, path::Path};

use serde::Deserialize;

/// What a running stack says about itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ready {
    /// Version of the file's layout; the suite knows 1.
    pub version: u32,
    /// Process id of the stack; 0 where it is no process of this machine.
    #[serde(default)]
    pub pid: u32,
    /// Address of the page, with a slash at its end.
    pub page: String,
    /// Base address of the stack's own paths, `…/_local`; empty where it has none, as on AWS.
    #[serde(default)]
    pub local: String,
    /// Address of the inbox; empty where mails can't be read.
    #[serde(default)]
    pub inbox: String,
    /// Version of the consent text; without it, the page's configuration says it.
    #[serde(default)]
    pub consent_version: Option<String>,
    /// AWS region of the stack, or the one that it plays.
    pub region: String,
    /// Id of the user pool.
    pub user_pool_id: String,
    /// Id of the page's app client.
    pub client_id: String,
    /// Issuer that tokens must name.
    pub issuer: String,
    /// Address of the keys that sign tokens.
    pub jwks: String,
    /// Address of the Cognito endpoint.
    pub cognito: String,
    /// Address of the S3 endpoint.
    pub s3: String,
    /// Address of the DynamoDB endpoint.
    pub dynamodb: String,
    /// Address of the Rekognition endpoint.
    pub rekognition: String,
    /// Address of the SES endpoint; empty where the file does not say it.
    #[serde(default)]
    pub ses: String,
    /// A key that may do everything in the stack.
    pub admin_key: AdminKey,
    /// Physical names by logical id of the template.
    pub stack: BTreeMap<String, String>,
}

/// Access key of the stack's owner.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AdminKey {
    /// Public part.
    pub access_key_id: String,
    /// Secret part.
    pub secret_access_key: String,
    /// Of temporary keys.
    #[serde(default)]
    pub session_token: Option<String>,
}

impl fmt::Debug for AdminKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdminKey(…)")
    }
}

impl Ready {
    /// Reads a ready file; `None` while there is none.
    pub fn read(path: &Path) -> Option<Self> {
        let text = fs::read_to_string(path).ok()?;
        let ready: Self =
            serde_json::from_str(&text).expect("the ready file has the promised layout");
        assert_eq!(ready.version, 1, "version of the ready file");
        Some(ready)
    }

    /// Whether it is the local stack, with its faults, call log and queues.
    pub fn is_local(&self) -> bool {
        !self.local.is_empty()
    }

    /// Whether somebody can read the mails.
    pub fn has_inbox(&self) -> bool {
        !self.inbox.is_empty()
    }

    /// Physical name of a resource of the template.
    pub fn physical(&self, logical_id: &str) -> &str {
        self.stack
            .get(logical_id)
            .unwrap_or_else(|| panic!("the ready file does not name {logical_id}"))
    }

    /// Origin of the page: its address without the slash.
    pub fn origin(&self) -> &str {
        self.page.trim_end_matches('/')
    }
}
