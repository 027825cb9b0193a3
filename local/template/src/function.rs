//! `AWS::Serverless::Function`, as far as the local stack serves it.

use std::time::Duration;

use serde_json::Value;

use crate::problems::Problem;
use crate::resolve::Resolved;

/// Variables that Lambda refuses, because it sets them itself.
const RESERVED: [&str; 13] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_TASK_ROOT",
];

/// A function that can be run.
#[derive(Clone)]
pub struct Function {
    /// Name inside the template.
    pub logical_id: String,
    /// Name of the program.
    pub binary: String,
    /// 1 to 900 s.
    pub timeout: Duration,
    /// 128 to 10,240 MB.
    pub memory_mb: u32,
    /// Variables of the template. May hold a generated secret: not for logs.
    pub environment: Vec<(String, String)>,
    /// Policy documents of the role.
    pub policies: Vec<Value>,
}

impl Function {
    /// Reads a resolved `AWS::Serverless::Function`.
    ///
    /// # Errors
    /// Properties that are not known, not allowed, or missing.
    pub fn read(resource: &Resolved) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader {
            resource,
            problems: Vec::new(),
        };
        reader.refuse_unknown();
        reader.known_inside(
            "LoggingConfig",
            &[
                "LogFormat",
                "ApplicationLogLevel",
                "SystemLogLevel",
                "LogGroup",
            ],
        );
        reader.known_inside("EventInvokeConfig", &["MaximumRetryAttempts"]);
        reader.never_again();
        reader.fixed("Runtime", "provided.al2023");
        reader.fixed("Handler", "bootstrap");
        let function = Self {
            logical_id: resource.logical_id.clone(),
            binary: reader.binary(),
            timeout: Duration::from_secs(reader.number("Timeout", 3, 1..=900)),
            memory_mb: u32::try_from(reader.number("MemorySize", 128, 128..=10_240))
                .unwrap_or(u32::MAX),
            environment: reader.environment(),
            policies: reader.policies(),
        };
        if reader.problems.is_empty() {
            Ok(function)
        } else {
            Err(reader.problems)
        }
    }
}

struct Reader<'resource> {
    resource: &'resource Resolved,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn refuse(&mut self, property: &str, text: impl Into<String>) {
        let place = format!(
            "Resources.{}.Properties.{property}",
            self.resource.logical_id
        );
        self.problems
            .push(Problem::at(self.resource.line, &place, text));
    }

    fn refuse_unknown(&mut self) {
        let resource = self.resource;
        for key in resource
            .properties
            .as_object()
            .into_iter()
            .flat_map(serde_json::Map::keys)
        {
            match key.as_str() {
                "Architectures" | "CodeUri" | "Description" | "Environment" | "EventInvokeConfig" | "FunctionName" | "Handler" | "LoggingConfig" | "MemorySize" | "Policies" | "Runtime" | "Tags" | "Timeout" | "Tracing" => {}
                "Events" => self.refuse(key, "SAM events are not read: write the event source mapping and the permission as resources of their own"),
                _ => self.refuse(key, "the local stack does not know this property of a function"),
            }
        }
    }

    /// Nothing that was called in the background is tried again here.
    fn never_again(&mut self) {
        let property = "EventInvokeConfig";
        let attempts = self.resource.properties.get(property);
        let attempts = attempts.and_then(|config| config.get("MaximumRetryAttempts"));
        if attempts.is_some_and(|attempts| *attempts != 0 && *attempts != "0") {
            let text = "the local stack calls once: it serves 0 only";
            self.refuse(&format!("{property}.MaximumRetryAttempts"), text);
        }
    }

    /// Refuses what a property holds besides `names`; a property that is not there holds nothing.
    fn known_inside(&mut self, property: &str, names: &[&str]) {
        let resource = self.resource;
        let Some(value) = resource.properties.get(property) else {
            return;
        };
        match value.as_object() {
            None => self.refuse(property, "has to be a map"),
            Some(map) => {
                for key in map.keys().filter(|key| !names.contains(&key.as_str())) {
                    let text = "the local stack does not know this property of a function";
                    self.refuse(&format!("{property}.{key}"), text);
                }
            }
        }
    }

    fn fixed(&mut self, property: &str, wanted: &str) {
        if self
            .resource
            .properties
            .get(property)
            .and_then(Value::as_str)
            != Some(wanted)
        {
            self.refuse(property, format!("has to be {wanted}"));
        }
    }

    fn binary(&mut self) -> String {
        let safe = |name: &&String| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        };
        if let Some(name) = self.resource.binary.as_ref().filter(safe) {
            name.clone()
        } else {
            self.problems.push(Problem::at(
                self.resource.line,
                &format!(
                    "Resources.{}.Metadata.BuildProperties.Binary",
                    self.resource.logical_id
                ),
                "has to name the program of the function",
            ));
            String::new()
        }
    }

    fn number(
        &mut self,
        property: &str,
        default: u64,
        allowed: std::ops::RangeInclusive<u64>,
    ) -> u64 {
        let number = match self.resource.properties.get(property) {
            None => Some(default),
            Some(Value::String(text)) => text.parse().ok(),
            Some(value) => value.as_u64(),
        };
        if let Some(number) = number.filter(|number| allowed.contains(number)) {
            number
        } else {
            self.refuse(
                property,
                format!(
                    "has to be a number from {} to {}",
                    allowed.start(),
                    allowed.end()
                ),
            );
            default
        }
    }

    fn environment(&mut self) -> Vec<(String, String)> {
        let resource = self.resource;
        let mut variables = self.log_level();
        let Some(environment) = resource.properties.get("Environment") else {
            return variables;
        };
        self.known_inside("Environment", &["Variables"]);
        for (name, value) in environment
            .get("Variables")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let text = match value {
                Value::String(text) => Some(text.clone()),
                Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
                _ => None,
            };
            let property = format!("Environment.Variables.{name}");
            match text {
                _ if RESERVED.contains(&name.as_str()) => self.refuse(
                    &property,
                    "is a variable that Lambda sets itself and refuses",
                ),
                Some(text) => variables.push((name.clone(), text)),
                None => self.refuse(&property, "has to be text"),
            }
        }
        variables
    }

    /// What Lambda tells the function of `LoggingConfig` ("Log-level filtering" in the Lambda developer guide).
    fn log_level(&mut self) -> Vec<(String, String)> {
        const LEVELS: [&str; 6] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
        let resource = self.resource;
        let level = resource
            .properties
            .get("LoggingConfig")
            .and_then(|config| config.get("ApplicationLogLevel"));
        match level.map(|level| level.as_str().unwrap_or_default()) {
            None => Vec::new(),
            Some(level) if LEVELS.contains(&level) => {
                vec![("AWS_LAMBDA_LOG_LEVEL".to_owned(), level.to_owned())]
            }
            Some(_) => {
                let text = format!("has to be one of {}", LEVELS.join(", "));
                self.refuse("LoggingConfig.ApplicationLogLevel", text);
                Vec::new()
            }
        }
    }

    fn policies(&mut self) -> Vec<Value> {
        let resource = self.resource;
        let mut documents = Vec::new();
        let policies = resource
            .properties
            .get("Policies")
            .cloned()
            .unwrap_or(Value::Array(Vec::new()));
        let policies = if let Value::Array(policies) = policies {
            policies
        } else {
            vec![policies]
        };
        for (index, policy) in policies.into_iter().enumerate() {
            if policy.get("Statement").is_some() {
                documents.push(policy);
            } else {
                let name = policy
                    .as_str()
                    .or_else(|| policy.as_object()?.keys().next().map(String::as_str))
                    .unwrap_or("?")
                    .to_owned();
                self.refuse(&format!("Policies.{index}"), format!("{name}: managed policies and SAM policy templates are not read, write the statements"));
            }
        }
        documents
    }
}
