//! The services that speak JSON.

use std::collections::BTreeMap;

use face_login_local_models::{Model, Models};
use serde_json::Value;

use super::{MADE_UP, Members, Operation, Refusal, Service};
use crate::{
    clock,
    http::Http,
    ready::Ready,
    sigv4::{JsonService, Signed},
};

const SERVICES: [(&str, JsonService); 3] = [
    ("cognito-idp", JsonService::CognitoIdp),
    ("dynamodb", JsonService::DynamoDb),
    ("rekognition", JsonService::Rekognition),
];

pub(super) async fn probe(ready: &Ready, http: &Http, models: &Models) -> Vec<Service> {
    let mut services = Vec::new();
    for (name, service) in SERVICES {
        let model = models.service(name).expect("all models are read");
        let asker = Asker {
            ready,
            http,
            service,
            model,
        };
        let mut operations = BTreeMap::new();
        for operation in model.operations.keys() {
            operations.insert(operation.clone(), asker.operation(operation).await);
        }
        services.push(Service { name, operations });
    }
    services
}

struct Asker<'a> {
    ready: &'a Ready,
    http: &'a Http,
    service: JsonService,
    model: &'a Model,
}

impl Asker<'_> {
    async fn operation(&self, name: &str) -> Operation {
        let operation = &self.model.operations[name];
        let mut smallest = self.model.smallest_request(operation);
        // Some operations look for the pool, or for the client that they change, before they look at anything else.
        if let Some(pool) = smallest.get_mut("UserPoolId") {
            *pool = self.ready.user_pool_id.as_str().into();
        }
        if let Some(client) = smallest
            .get_mut("ClientId")
            .filter(|_| name.starts_with("Update"))
        {
            *client = self.ready.client_id.as_str().into();
        }
        if let Some(refusal) = self.ask(name, &smallest).await
            && refusal.code == "UnknownOperationException"
        {
            return Operation::Refused(refusal);
        }
        let mut members = Members::default();
        for (member, shape) in self.model.inputs(operation) {
            let mut request = smallest.clone();
            let is_required = request.get(member).is_some();
            if !is_required {
                request[member] = self.model.sample(&shape.shape);
            }
            let refused = !is_required
                && self
                    .ask(name, &request)
                    .await
                    .is_some_and(|refusal| refusal.is_of_member(member));
            let list = if refused {
                &mut members.refused
            } else {
                &mut members.supported
            };
            list.push(member.to_owned());
        }
        let mut request = smallest;
        request[MADE_UP] = "sample".into();
        members.made_up = self.ask(name, &request).await;
        Operation::Served(members)
    }

    async fn ask(&self, operation: &str, request: &Value) -> Option<Refusal> {
        let body = request.to_string();
        let signed = Signed::json(self.ready, self.service, operation, body, clock::now());
        let reply = self.http.send(signed.request()).await;
        if reply.status.is_success() {
            return None;
        }
        let body = reply.json();
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        let code = text("__type").unwrap_or_default();
        Some(Refusal {
            status: reply.status.as_u16(),
            code: code.rsplit('#').next().unwrap_or_default().to_owned(),
            message: text("message")
                .or_else(|| text("Message"))
                .unwrap_or_default(),
        })
    }
}

impl Refusal {
    /// Whether this is the refusal of a member that is not supported, and names it.
    pub fn is_of_member(&self, member: &str) -> bool {
        let said = [
            format!("parameter {member} is not supported"),
            format!("parameter {member} of "),
            format!("unknown field `{member}`"),
            format!("the header {member} "),
            format!("the query parameter {member} "),
        ];
        said.iter().any(|said| self.message.contains(said))
    }
}
