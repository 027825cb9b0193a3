//! `InitiateAuth` and `GetTokensFromRefreshToken`.

use serde_json::{Value, json};

use super::{
    parameters::Parameters,
    state::{Attempt, Person, Subject},
};
use crate::{
    clients::{AppClient, ClientProof},
    config::{AuthFlow, UserExistence},
    refusal::Refusal,
    service::Service,
    srp::ClientValue,
    store::{Flow, User},
    tokens::admit,
    triggers::Round,
    wire::{Limits, Members, StringMap},
};

impl Service {
    pub(crate) async fn initiate_auth(&self, mut members: Members) -> Result<Value, Refusal> {
        let flow = members.required("AuthFlow", Limits::ANY);
        let client_id = members.required("ClientId", Limits::CLIENT_ID);
        let parameters = members.map("AuthParameters").unwrap_or_default();
        // PreAuthentication alone hears it.
        let metadata = members.map("ClientMetadata");
        members.user_context_data();
        members.finish()?;
        let client = self.client(&client_id)?;
        match flow.as_str() {
            "CUSTOM_AUTH" if client.config.flows.contains(&AuthFlow::Custom) => {
                let parameters = Parameters::new(parameters);
                self.begin_custom_auth(&client, parameters, metadata.as_ref())
                    .await
            }
            "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" if client.config.flows.contains(&AuthFlow::Refresh) => {
                let mut parameters = Parameters::new(parameters);
                let token = parameters.required("REFRESH_TOKEN")?;
                let proof = ClientProof::Hash(parameters.finish_unnamed()?);
                let result = self.refresh(&client, &token, &proof, None).await?;
                Ok(json!({"AuthenticationResult": result, "ChallengeParameters": {}}))
            }
            "USER_SRP_AUTH" => Err(Refusal::SrpFlowNotEnabled("USER_SRP_AUTH")),
            "ADMIN_NO_SRP_AUTH" | "ADMIN_USER_PASSWORD_AUTH" => Err(Refusal::AdminFlow),
            "CUSTOM_AUTH" | "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" | "USER_PASSWORD_AUTH" | "USER_AUTH" => {
                Err(Refusal::FlowNotEnabled(flow))
            }
            _ => Err(Refusal::Validation(vec![
                "Value at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: \
                 [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, \
                 USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]"
                    .to_owned(),
            ])),
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
            Some("SRP_A") => {
                let value = parameters.required("SRP_A")?;
                Some(ClientValue::parse(&value).ok_or(Refusal::InvalidSrpA)?)
            }
            Some(_) => return Err(Refusal::UnsupportedParameter("CHALLENGE_NAME".to_owned())),
        };
        parameters.finish(client, &name)?;
        self.custom_auth()?;
        let (given, person) = self.identify(client, &name)?;
        self.pre_authentication(client, &person, metadata).await?;
        let subject = match &person {
            Person::Known(user) => Subject::Known(user.key.clone()),
            Person::Unknown(name) => Subject::Unknown(name.clone()),
        };
        let history = match &srp_a {
            None => Vec::new(),
            // The client has only named a number, so far nothing is proven. Cognito says `true` all the same.
            Some(_) => vec![Round {
                name: "SRP_A".to_owned(),
                result: true,
                metadata: None,
            }],
        };
        let flow = Flow(self.randomness.uuid().to_string());
        self.advance(
            client,
            &Attempt {
                flow,
                client: client.id.clone(),
                given,
                subject,
                history,
                srp_a,
            },
            &person,
            None,
        )
        .await
    }

    fn identify(
        &self,
        client: &AppClient,
        name: &str,
    ) -> Result<(crate::names::NameKey, Person), Refusal> {
        let given = self.key(name);
        let found = self
            .store
            .transact(|tx| User::resolve(tx, &given).map_err(Refusal::from))?;
        let person = match (found, client.config.user_existence) {
            (Some(user), _) => {
                admit(&user)?;
                Person::Known(Box::new(user))
            }
            (None, UserExistence::Hidden) => Person::Unknown(self.simulation.username(&given)),
            (None, UserExistence::Told) => return Err(Refusal::UnknownUser),
        };
        Ok((given, person))
    }
}
