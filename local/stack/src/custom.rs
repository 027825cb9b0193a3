//! Custom resources: Create the first time, Update when properties change, Delete when they go, as CloudFormation does it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use face_login_local_gateway::{Clock, Gateway, Principal};
use face_login_local_lambda::InvokeError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::data::{Data, DataError};
use crate::functions::Functions;
use crate::plan::CustomResource;
use crate::s3::S3;
use crate::{presign, random};

/// The bucket for answers, named as in the account of CloudFormation.
pub(crate) const ANSWERS: &str = "cloudformation-custom-resource-response-useast1";
const STATE: &str = "custom.json";
/// How long an answer may take that comes after the function has returned.
const LONGEST: Duration = Duration::from_mins(5);

/// Why a custom resource could not be brought to what the template wants.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CustomError {
    #[error(transparent)]
    Data(#[from] DataError),
    #[error("{request} of the custom resource {logical_id}: invoking its function")]
    Invoke {
        request: &'static str,
        logical_id: String,
        #[source]
        source: InvokeError,
    },
    #[error(
        "{request} of the custom resource {logical_id}: its function sent no answer in time; see its log"
    )]
    NoAnswer {
        request: &'static str,
        logical_id: String,
    },
    #[error("{request} of the custom resource {logical_id}: the answer is not one to this request")]
    Malformed {
        request: &'static str,
        logical_id: String,
    },
    #[error("{request} of the custom resource {logical_id} failed: {reason}")]
    Failed {
        request: &'static str,
        logical_id: String,
        reason: String,
    },
}

/// What was made, kept in `DIR/custom.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Made {
    pub(crate) physical_id: String,
    resource_type: String,
    function: String,
    properties: Value,
    pub(crate) attributes: Map<String, Value>,
}

type State = BTreeMap<String, Made>;

/// What has to be asked of the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Nothing,
    Create,
    Update,
}

fn step(wanted: &CustomResource, made: Option<&Made>) -> Step {
    match made {
        None => Step::Create,
        Some(made) if made.properties == wanted.properties => Step::Nothing,
        Some(_) => Step::Update,
    }
}

/// CloudFormation, as far as it talks to custom resources.
pub(crate) struct CloudFormation<'stack> {
    pub(crate) data: &'stack Data,
    pub(crate) functions: &'stack Functions,
    pub(crate) s3: &'stack S3,
    pub(crate) gateway: &'stack Arc<Gateway>,
    pub(crate) s3_endpoint: String,
    pub(crate) stack_id: String,
    pub(crate) clock: Clock,
}

impl CloudFormation<'_> {
    /// Whether an earlier run made something.
    pub(crate) fn has_made(data: &Data) -> Result<bool, DataError> {
        Ok(data
            .load::<State>(STATE)?
            .is_some_and(|state| !state.is_empty()))
    }

    /// Brings the custom resources to what the template wants; what it no longer wants is deleted last.
    pub(crate) async fn settle(
        &self,
        wanted: &[CustomResource],
    ) -> Result<BTreeMap<String, Made>, CustomError> {
        let mut state: State = self.data.load(STATE)?.unwrap_or_default();
        for resource in wanted {
            let old = state.get(&resource.logical_id).cloned();
            let made = match step(resource, old.as_ref()) {
                Step::Nothing => continue,
                Step::Create => self.ask("Create", resource, None).await?,
                Step::Update => self.ask("Update", resource, old.as_ref()).await?,
            };
            let replaced = old.filter(|old| old.physical_id != made.physical_id);
            state.insert(resource.logical_id.clone(), made);
            self.data.save(STATE, &state)?;
            if let Some(old) = replaced {
                self.delete(&resource.logical_id, &old).await?;
            }
        }
        let gone: Vec<String> = state
            .keys()
            .filter(|id| !wanted.iter().any(|resource| resource.logical_id == **id))
            .cloned()
            .collect();
        for logical_id in gone {
            if let Some(made) = state.get(&logical_id) {
                self.delete(&logical_id, made).await?;
            }
            state.remove(&logical_id);
            self.data.save(STATE, &state)?;
        }
        Ok(state)
    }

    /// Deletes everything that was made.
    pub(crate) async fn delete_all(&self) -> Result<(), CustomError> {
        self.settle(&[]).await.map(drop)
    }

    async fn delete(&self, logical_id: &str, made: &Made) -> Result<(), CustomError> {
        let resource = CustomResource {
            logical_id: logical_id.to_owned(),
            resource_type: made.resource_type.clone(),
            function: made.function.clone(),
            properties: made.properties.clone(),
        };
        self.ask("Delete", &resource, Some(made)).await.map(drop)
    }

    async fn ask(
        &self,
        request: &'static str,
        resource: &CustomResource,
        made: Option<&Made>,
    ) -> Result<Made, CustomError> {
        let (request_id, logical_id) = (random::uuid(), resource.logical_id.clone());
        let key = format!("{logical_id}-{request_id}");
        let event = self.event(request, resource, made, &request_id, &key);
        let invoked = self.functions.invoke(&resource.function, event).await;
        invoked.map_err(|source| CustomError::Invoke {
            request,
            logical_id: logical_id.clone(),
            source,
        })?;
        let seconds = resource
            .properties
            .get("ServiceTimeout")
            .and_then(Value::as_str)
            .and_then(|seconds| seconds.parse().ok());
        let patience = seconds.map_or(LONGEST, Duration::from_secs).min(LONGEST);
        let answer = self
            .answer(&key, patience)
            .await
            .ok_or_else(|| CustomError::NoAnswer {
                request,
                logical_id: logical_id.clone(),
            })?;
        self.read(request, resource, &request_id, &answer)
    }

    fn event(
        &self,
        request: &str,
        resource: &CustomResource,
        made: Option<&Made>,
        request_id: &str,
        key: &str,
    ) -> Value {
        let credentials = self
            .gateway
            .issue(Principal::Service("cloudformation".to_owned()));
        let url = presign::address(
            &http::Method::PUT,
            &self.s3_endpoint,
            &format!("/{ANSWERS}/{key}"),
            &credentials,
            (self.clock)(),
            Duration::from_hours(2),
        );
        let mut event = json!({
            "RequestType": request,
            "ServiceToken": resource.properties["ServiceToken"],
            "ResponseURL": url,
            "StackId": self.stack_id,
            "RequestId": request_id,
            "LogicalResourceId": resource.logical_id,
            "ResourceType": resource.resource_type,
            "ResourceProperties": resource.properties,
        });
        if let Some(made) = made {
            event["PhysicalResourceId"] = json!(made.physical_id);
            if request == "Update" {
                event["OldResourceProperties"] = made.properties.clone();
            }
        }
        event
    }

    async fn answer(&self, key: &str, patience: Duration) -> Option<Value> {
        let arrives = async {
            let mut look = tokio::time::interval(Duration::from_millis(100));
            loop {
                look.tick().await;
                if let Some(bytes) = self.s3.take(ANSWERS, key).await {
                    return serde_json::from_slice(&bytes).unwrap_or_default();
                }
            }
        };
        tokio::time::timeout(patience, arrives).await.ok()
    }

    fn read(
        &self,
        request: &'static str,
        resource: &CustomResource,
        request_id: &str,
        answer: &Value,
    ) -> Result<Made, CustomError> {
        let logical_id = resource.logical_id.clone();
        let echoed = answer["StackId"] == self.stack_id.as_str()
            && answer["RequestId"] == request_id
            && answer["LogicalResourceId"] == logical_id.as_str();
        match (
            answer["Status"].as_str(),
            answer["PhysicalResourceId"].as_str(),
        ) {
            (Some("SUCCESS"), Some(physical_id)) if echoed && !physical_id.is_empty() => Ok(Made {
                physical_id: physical_id.to_owned(),
                resource_type: resource.resource_type.clone(),
                function: resource.function.clone(),
                properties: resource.properties.clone(),
                attributes: answer["Data"].as_object().cloned().unwrap_or_default(),
            }),
            (Some("FAILED"), _) if echoed => {
                let reason = answer["Reason"]
                    .as_str()
                    .unwrap_or("no reason given")
                    .to_owned();
                Err(CustomError::Failed {
                    request,
                    logical_id,
                    reason,
                })
            }
            _ => Err(CustomError::Malformed {
                request,
                logical_id,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::{CustomResource, Made, Step, step};

    #[test]
    fn only_changed_properties_are_an_update() {
        let wanted = |shards: &str| CustomResource {
            logical_id: "C".to_owned(),
            resource_type: "Custom::C".to_owned(),
            function: "F".to_owned(),
            properties: json!({"Shards": shards}),
        };
        let made = Made {
            physical_id: "p".to_owned(),
            resource_type: "Custom::C".to_owned(),
            function: "F".to_owned(),
            properties: json!({"Shards": "1"}),
            attributes: Map::new(),
        };
        assert_eq!(step(&wanted("1"), None), Step::Create);
        assert_eq!(step(&wanted("1"), Some(&made)), Step::Nothing);
        assert_eq!(step(&wanted("2"), Some(&made)), Step::Update);
    }
}
