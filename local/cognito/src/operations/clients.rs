//! App clients at run time: list, describe, create, update, delete.

use serde_json::{Map, Value, json};

use crate::{
    clients::AppClient,
    config::{ClientConfig, HasSecret, Problem},
    refusal::Refusal,
    service::Service,
    store::ClientRow,
    wire::{Limits, Members},
};

/// Lengths of what is made up for a new client.
const ID: usize = 26;
const SECRET: usize = 51;

impl Service {
    pub(crate) fn list_clients(&self, mut members: Members) -> Result<Value, Refusal> {
        let pool_id = members.required("UserPoolId", Limits::POOL_ID);
        let limit = members.integer("MaxResults", 1, 60).unwrap_or(60);
        let after = members.optional("NextToken", Limits::PAGE);
        members.finish()?;
        self.check_pool(pool_id)?;
        let all = self
            .store
            .transact(|tx| AppClient::all(tx).map_err(Refusal::from))?;
        let start = match after {
            None => 0,
            Some(after) => {
                let last = all.iter().position(|client| client.id == after);
                last.ok_or(Refusal::PaginationToken)? + 1
            }
        };
        let size = usize::try_from(limit).unwrap_or_default();
        let page: Vec<&AppClient> = all[start..].iter().take(size).collect();
        let listed: Vec<Value> = page
            .iter()
            .map(|client| {
                json!({"ClientId": client.id, "UserPoolId": self.settings.pool_id, "ClientName": client.name})
            })
            .collect();
        let mut answer = json!({"UserPoolClients": listed});
        if let Some(last) = page.last().filter(|_| start + page.len() < all.len()) {
            answer["NextToken"] = json!(last.id);
        }
        Ok(answer)
    }

    pub(crate) fn describe_client(&self, members: Members) -> Result<Value, Refusal> {
        let client = self.named_client(members)?;
        Ok(self.described(&client))
    }

    pub(crate) fn create_client(&self, mut members: Members) -> Result<Value, Refusal> {
        let pool_id = members.required("UserPoolId", Limits::POOL_ID);
        let mut properties = members.remaining()?;
        self.check_pool(pool_id)?;
        let Some(name) = properties.get("ClientName").and_then(Value::as_str) else {
            return Err(Refusal::Validation(vec![
                "Value at 'clientName' failed to satisfy constraint: Member must not be null"
                    .to_owned(),
            ]));
        };
        let name = name.to_owned();
        properties.remove("UserPoolId");
        let config = self.understood(properties)?;
        let now = self.now();
        self.write(&ClientRow {
            id: self.randomness.letters(ID),
            name,
            secret: (config.secret() == HasSecret::Yes).then(|| self.randomness.letters(SECRET)),
            deployed: None,
            properties: config.properties().to_string(),
            created: now,
            modified: now,
        })
    }

    /// What is not said goes back to its default, as on AWS; a client's secret can't be changed.
    pub(crate) fn update_client(&self, mut members: Members) -> Result<Value, Refusal> {
        let pool_id = members.required("UserPoolId", Limits::POOL_ID);
        let id = members.required("ClientId", Limits::CLIENT_ID);
        let mut properties = members.remaining()?;
        self.check_pool(pool_id)?;
        let client = self.client(&id)?;
        if properties.contains_key("GenerateSecret") {
            return Err(Refusal::UnsupportedParameter("GenerateSecret".to_owned()));
        }
        let name = match properties.get("ClientName").and_then(Value::as_str) {
            Some(name) => name.to_owned(),
            None => client.name,
        };
        properties.insert("ClientName".to_owned(), json!(name));
        properties.insert("GenerateSecret".to_owned(), json!(client.secret.is_some()));
        let config = self.understood(properties)?;
        let deployed = self
            .store
            .transact(|tx| ClientRow::get(tx, &id).map_err(Refusal::from))?
            .and_then(|row| row.deployed);
        self.write(&ClientRow {
            id,
            name,
            secret: client.secret,
            deployed,
            properties: config.properties().to_string(),
            created: client.created,
            modified: self.now(),
        })
    }

    pub(crate) fn delete_client(&self, members: Members) -> Result<Value, Refusal> {
        let client = self.named_client(members)?;
        self.store
            .transact(|tx| ClientRow::delete(tx, &client.id).map_err(Refusal::from))?;
        Ok(json!({}))
    }

    fn understood(&self, properties: Map<String, Value>) -> Result<ClientConfig, Refusal> {
        let config = understood(properties)?;
        match self.pool.problem_of(&config) {
            None => Ok(config),
            Some(_) => Err(Refusal::NotInTier("ALLOW_USER_AUTH")),
        }
    }

    fn write(&self, row: &ClientRow) -> Result<Value, Refusal> {
        self.store
            .transact(|tx| row.put(tx).map_err(Refusal::from))?;
        Ok(self.described(&self.client(&row.id)?))
    }

    fn named_client(&self, mut members: Members) -> Result<AppClient, Refusal> {
        let pool_id = members.required("UserPoolId", Limits::POOL_ID);
        let id = members.required("ClientId", Limits::CLIENT_ID);
        members.finish()?;
        self.check_pool(pool_id)?;
        self.client(&id)
    }

    /// `{"UserPoolClient": …}`.
    fn described(&self, client: &AppClient) -> Value {
        let mut described = client.config.described();
        described["UserPoolId"] = json!(self.settings.pool_id);
        described["ClientId"] = json!(client.id);
        described["ClientName"] = json!(client.name);
        described["CreationDate"] = client.created.timestamp();
        described["LastModifiedDate"] = client.modified.timestamp();
        if let Some(secret) = &client.secret {
            described["ClientSecret"] = json!(secret);
        }
        json!({"UserPoolClient": described})
    }
}

fn understood(properties: Map<String, Value>) -> Result<ClientConfig, Refusal> {
    let properties = Value::Object(properties);
    if let Some(Value::Array(flows)) = properties.get("ExplicitAuthFlows")
        && properties["RefreshTokenRotation"]["Feature"] != "ENABLED"
        && !flows.iter().any(|flow| flow == "ALLOW_REFRESH_TOKEN_AUTH")
    {
        return Err(Refusal::RefreshAlwaysAllowed);
    }
    ClientConfig::from_properties(&properties).map_err(|error| match error.problems.first() {
        Some(Problem::Unknown { path }) => Refusal::UnsupportedParameter(path.clone()),
        _ => Refusal::Configuration(error),
    })
}
