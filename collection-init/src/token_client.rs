//! `Custom::TokenClient`: notes the app client of the template, the only one that the last gate makes tokens for.

use face_login_aws::{challenges::Challenges, store::StoreError};
use face_login_domain::ids::ClientId;
use serde::Deserialize;
use serde_json::Value;

/// The resource type.
pub(crate) const TYPE: &str = "Custom::TokenClient";

/// What a request means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Tokens for this client, and none any more for the one before it.
    Admit {
        /// From now on.
        client: ClientId,
        /// Until now.
        instead_of: Option<ClientId>,
    },
    /// No tokens for this client any more.
    Expel(ClientId),
    /// Nothing was ever noted.
    Nothing,
    /// No usable `ClientId`, or a request that CloudFormation doesn't send today.
    Refuse,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    request_type: String,
    resource_properties: Properties,
    #[serde(default)]
    old_resource_properties: Properties,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Properties {
    #[serde(default)]
    client_id: String,
}

impl Properties {
    fn client(&self) -> Option<ClientId> {
        ClientId::parse(&self.client_id)
    }
}

/// Reads a request.
pub(crate) fn plan(event: &Value) -> Plan {
    let Ok(body) = Body::deserialize(event) else {
        return Plan::Refuse;
    };
    let (wanted, old) = (
        body.resource_properties.client(),
        body.old_resource_properties.client(),
    );
    match (body.request_type.as_str(), wanted) {
        ("Create" | "Update", Some(client)) => Plan::Admit {
            instead_of: old.filter(|old| *old != client),
            client,
        },
        ("Delete", Some(client)) => Plan::Expel(client),
        ("Delete", None) => Plan::Nothing,
        _ => Plan::Refuse,
    }
}

/// Carries a plan out. The new client is noted first, so that a repetition after a crash loses nobody.
pub(crate) async fn apply(challenges: &Challenges, plan: &Plan) -> Result<(), StoreError> {
    match plan {
        Plan::Admit { client, instead_of } => {
            challenges.admit_client(client).await?;
            match instead_of {
                Some(old) => challenges.expel_client(old).await,
                None => Ok(()),
            }
        }
        Plan::Expel(client) => challenges.expel_client(client).await,
        Plan::Nothing | Plan::Refuse => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_request_has_its_plan() {
        let client = |id: &str| ClientId::parse(id).unwrap();
        let admit = |new: &str, old: Option<&str>| Plan::Admit {
            client: client(new),
            instead_of: old.map(client),
        };
        for (kind, wanted, old, want) in [
            ("Create", "a", "", admit("a", None)),
            ("Update", "a", "a", admit("a", None)),
            ("Update", "b", "a", admit("b", Some("a"))),
            ("Delete", "a", "", Plan::Expel(client("a"))),
            ("Delete", "", "", Plan::Nothing),
            ("Create", "", "", Plan::Refuse),
            ("Create", "no client", "", Plan::Refuse),
            ("Invent", "a", "", Plan::Refuse),
        ] {
            let event = json!({"RequestType": kind, "ResourceProperties": {"ClientId": wanted},
                "OldResourceProperties": {"ClientId": old}});
            assert_eq!(plan(&event), want, "{kind} {wanted} {old}");
        }
        assert_eq!(plan(&json!({"RequestType": "Create"})), Plan::Refuse);
    }
}
