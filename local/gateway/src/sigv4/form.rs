//! S3's POST form: the signature covers the policy document, not the request.

use std::time::SystemTime;

use super::{ALGORITHM, SigV4Error, claim, same, sign, timestamp, verify::usable_key};
use crate::credentials::{Keys, Principal};

/// Why the signature of a form does not hold.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostFormError {
    /// A field that a signed form must have.
    #[error("the form has no field `{field}`")]
    Missing {
        /// Its name in lower case.
        field: &'static str,
    },
    /// A field that stands twice.
    #[error("the form has the field `{field}` twice")]
    Twice {
        /// Its name in lower case.
        field: &'static str,
    },
    /// A field that can't be read, or a credential for another region, service or day.
    #[error("the form's field `{field}` has no valid value")]
    Malformed {
        /// Its name in lower case.
        field: &'static str,
    },
    /// No such access key.
    #[error("the access key of the form is not known")]
    UnknownKey,
    /// The session token is not the key's, missing, or given for a key that has none.
    #[error("the session token of the form is not the key's")]
    WrongToken,
    /// The temporary key that signed has expired, and what it signed with it.
    #[error("the temporary key that signed the form has expired")]
    KeyExpired,
    /// The policy was signed with another secret or changed since.
    #[error("the signature of the form does not match")]
    Mismatch,
}

/// Verifies the form's signature and gives its signer. When the policy expires is not looked at.
pub(crate) fn verify_form(
    fields: &[(String, String)],
    keys: &Keys,
    region: &str,
    now: SystemTime,
) -> Result<Principal, PostFormError> {
    let optional = |field: &'static str| {
        let mut found = fields
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(field))
            .map(|(_, value)| value.as_str());
        let first = found.next();
        if found.next().is_some() {
            Err(PostFormError::Twice { field })
        } else {
            Ok(first)
        }
    };
    let required = |field: &'static str| optional(field)?.ok_or(PostFormError::Missing { field });
    let policy = required("policy")?;
    if required("x-amz-algorithm")? != ALGORITHM {
        return Err(PostFormError::Malformed {
            field: "x-amz-algorithm",
        });
    }
    let date = required("x-amz-date")?;
    timestamp::parse(date).ok_or(PostFormError::Malformed {
        field: "x-amz-date",
    })?;
    let credential = claim::credential(required("x-amz-credential")?);
    let signature = required("x-amz-signature")?;
    let token = optional("x-amz-security-token")?;
    let (access_key_id, scope) = credential.ok_or(PostFormError::Malformed {
        field: "x-amz-credential",
    })?;
    if scope.region != region || scope.service != "s3" || Some(scope.date.as_str()) != date.get(..8)
    {
        return Err(PostFormError::Malformed {
            field: "x-amz-credential",
        });
    }
    let key = usable_key(keys, &access_key_id, token, now).map_err(|error| match error {
        SigV4Error::WrongToken => PostFormError::WrongToken,
        SigV4Error::KeyExpired => PostFormError::KeyExpired,
        _ => PostFormError::UnknownKey,
    })?;
    if same(&sign(&key.secret, &scope, policy), signature) {
        Ok(key.principal)
    } else {
        Err(PostFormError::Mismatch)
    }
}
