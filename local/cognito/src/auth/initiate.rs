//! `InitiateAuth`, `AdminInitiateAuth` and `GetTokensFromRefreshToken`.

use serde_json::{Value, json};

use super::{
    parameters::Parameters,
    state::{Attempt, Kind, Person, Subject},
};
use crate::{
    clients::{AppClient, ClientProof},
    config::{AuthFlow, UserExistence},
    refusal::Refusal,
    service::Service,
    store::{Flow, User},
    tokens::admit_sign_in,
    triggers::Round,
    wire::{Limits, Members, StringMap},
};

/// Who begins a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    Anybody,
    Administrator,
}

impl Service {
    pub(crate) async fn initiate_auth(&self, mut members: Members) -> Result<Value, Refusal> {
        members.user_context_data();
        self.begin(Caller::Anybody, members).await
    }

    pub(crate) async fn admin_initiate_auth(&self, mut members: Members) -> Result<Value, Refusal> {
        let pool_id = members.required("UserPoolId", Limits::POOL_ID);
        members.context_data();
        self.check_pool(pool_id)?;
        self.begin(Caller::Administrator, members).await
    }

    async fn begin(&self, caller: Caller, mut members: Members) -> Result<Value, Refusal> {
        let flow = members.required("AuthFlow", Limits::ANY);
        let client_id = members.required("ClientId", Limits::CLIENT_ID);
        let parameters = members.map("AuthParameters").unwrap_or_default();
        // PreAuthentication alone hears it.
        let metadata = members.map("ClientMetadata");
        members.finish()?;
        let metadata = metadata.as_ref();
        let client = self.client(&client_id)?;
        let mut parameters = Parameters::new(parameters);
        match allowed(caller, &client, &flow)? {
            AuthFlow::Custom => self.begin_custom_auth(&client, parameters, metadata).await,
            AuthFlow::Refresh => {
                let token = parameters.required("REFRESH_TOKEN")?;
                let proof = ClientProof::Hash(parameters.finish_unnamed()?);
                let result = self.refresh(&client, &token, &proof, None).await?;
                Ok(json!({"AuthenticationResult": result, "ChallengeParameters": {}}))
            }
            AuthFlow::UserSrp => self.begin_srp(&client, parameters, metadata).await,
            AuthFlow::UserPassword | AuthFlow::AdminUserPassword => {
                self.begin_password(&client, parameters, metadata).await
            }
            AuthFlow::User => self.begin_choice(&client, parameters, metadata).await,
        }
    }

    pub(crate) async fn tokens_from_refresh_token(
        &self,
        mut members: Members,
    ) -> Result<Value, Refusal> {
        let token = members.required("RefreshToken", Limits::TOKEN);
        let client_id = members.required("ClientId", Limits::CLIENT_ID);
        let metadata = members.map("ClientMetadata");
        let proof = ClientProof::Secret(members.optional("ClientSecret", Limits::ANY));
        members.finish()?;
        let client = self.client(&client_id)?;
        let result = self
            .refresh(&client, &token, &proof, metadata.as_ref())
            .await?;
        Ok(json!({"AuthenticationResult": result}))
    }

    async fn begin_custom_auth(
        &self,
        client: &AppClient,
        mut parameters: Parameters,
        metadata: Option<&StringMap>,
    ) -> Result<Value, Refusal> {
        let name = parameters.required("USERNAME")?;
        let srp_a = match parameters.optional("CHALLENGE_NAME").as_deref() {
            None | Some("CUSTOM_CHALLENGE") => None,
            Some("SRP_A") => Some(parameters.srp_a()?),
            Some(_) => return Err(Refusal::UnsupportedParameter("CHALLENGE_NAME".to_owned())),
        };
        parameters.finish(client, &name)?;
        self.custom_auth()?;
        let (mut attempt, person) = self.open(client, Kind::Custom, &name, metadata).await?;
        if let Some(value) = srp_a {
            // The client has only named a number, so far nothing is proven. Cognito says `true` all the same.
            attempt.history.push(Round {
                name: "SRP_A".to_owned(),
                result: true,
                metadata: None,
            });
            attempt.srp_a = Some(value);
        }
        self.advance(client, &attempt, &person, None).await
    }

    /// Who signs in, and the beginning of the flow.
    pub(super) async fn open(
        &self,
        client: &AppClient,
        kind: Kind,
        name: &str,
        metadata: Option<&StringMap>,
    ) -> Result<(Attempt, Person), Refusal> {
        let given = self.key(name);
        let found = self
            .store
            .transact(|tx| User::resolve(tx, &given).map_err(Refusal::from))?;
        let (person, subject) = match (found, client.config.user_existence) {
            (Some(user), _) => {
                admit_sign_in(&user)?;
                let subject = Subject::Known(user.key.clone());
                (Person::Known(Box::new(user)), subject)
            }
            (None, UserExistence::Hidden) => {
                let invented = self.simulation.username(&given);
                (
                    Person::Unknown(invented.clone()),
                    Subject::Unknown(invented),
                )
            }
            (None, UserExistence::Told) => return Err(Refusal::UnknownUser),
        };
        self.pre_authentication(client, &person, metadata).await?;
        let attempt = Attempt {
            flow: Flow(self.randomness.uuid().to_string()),
            kind,
            client: client.id.clone(),
            given,
            subject,
            history: Vec::new(),
            srp_a: None,
        };
        Ok((attempt, person))
    }
}

/// # Errors
/// There is no such flow, not for this caller, or the client doesn't allow it.
fn allowed(caller: Caller, client: &AppClient, flow: &str) -> Result<AuthFlow, Refusal> {
    let wanted = match (flow, caller) {
        ("CUSTOM_AUTH", _) => AuthFlow::Custom,
        ("REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN", _) => AuthFlow::Refresh,
        ("USER_SRP_AUTH", _) => AuthFlow::UserSrp,
        ("USER_AUTH", _) => AuthFlow::User,
        ("USER_PASSWORD_AUTH", Caller::Anybody) => AuthFlow::UserPassword,
        ("ADMIN_NO_SRP_AUTH" | "ADMIN_USER_PASSWORD_AUTH", Caller::Administrator) => {
            AuthFlow::AdminUserPassword
        }
        ("ADMIN_NO_SRP_AUTH" | "ADMIN_USER_PASSWORD_AUTH", Caller::Anybody)
        | ("USER_PASSWORD_AUTH", Caller::Administrator) => return Err(Refusal::AdminFlow),
        _ => {
            return Err(Refusal::Validation(vec![
                "Value at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: \
                 [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, \
                 USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]"
                    .to_owned(),
            ]));
        }
    };
    match (client.config.flows.contains(&wanted), wanted) {
        (true, _) => Ok(wanted),
        (false, AuthFlow::UserSrp) => Err(Refusal::SrpFlowNotEnabled("USER_SRP_AUTH")),
        (false, _) => Err(Refusal::FlowNotEnabled(flow.to_owned())),
    }
}
