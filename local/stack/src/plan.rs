//! The template as a plan: typed configurations of everything that is served, or every reason why there can be none.

use std::collections::HashMap;
use std::path::Path;

use face_login_local_cognito::{ClientConfig, PoolConfig, TemplateClient};
use face_login_local_gateway::RolePolicy;
use face_login_local_template::{Facts, Function, Problem, Resolved, Template, is_custom};
use serde_json::Value;

use crate::distribution::Distribution;
use crate::dynamodb::Table;
use crate::identity::PAGE_CLIENT;
use crate::permission::{self, Permission};
use crate::properties::{Fields, Sink, texts};
use crate::queue::{self, Mapping, Queue};
use crate::s3::{self, Bucket};
use crate::schedule::{Rule, Schedule};

mod checks;

pub(crate) use checks::may_send;

/// A function and what it is called on AWS.
#[derive(Clone)]
pub(crate) struct Planned {
    pub(crate) function: Function,
    pub(crate) name: String,
    pub(crate) arn: String,
}

/// A custom resource as the template wants it.
#[derive(Clone)]
pub(crate) struct CustomResource {
    pub(crate) logical_id: String,
    pub(crate) resource_type: String,
    /// Logical id of the function behind `ServiceToken`.
    pub(crate) function: String,
    /// All values as text, as CloudFormation sends them.
    pub(crate) properties: Value,
}

/// A mapping with what it connects.
#[derive(Clone)]
pub(crate) struct Feed {
    pub(crate) mapping: Mapping,
    pub(crate) queue: Queue,
    /// Logical id.
    pub(crate) function: String,
}

/// Everything that the stack will run.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) buckets: Vec<Bucket>,
    pub(crate) tables: Vec<Table>,
    pub(crate) queues: Vec<Queue>,
    pub(crate) functions: Vec<Planned>,
    pub(crate) policies: HashMap<String, RolePolicy>,
    pub(crate) permissions: Vec<Permission>,
    pub(crate) feeds: Vec<Feed>,
    pub(crate) schedules: Vec<Schedule>,
    pub(crate) custom: Vec<CustomResource>,
    /// What serves the page, if the template does.
    pub(crate) distribution: Option<Distribution>,
    pub(crate) pool: Option<PoolConfig>,
    /// The page's client first.
    pub(crate) clients: Vec<TemplateClient>,
}

/// Plans the stack.
pub(crate) fn plan(
    template: &Template,
    facts: &Facts,
    binaries: &Path,
) -> Result<Plan, Vec<Problem>> {
    let resolved = template.resolve(facts).map_err(|problems| problems.0)?;
    let planner = Planner {
        facts,
        sink: Sink::default(),
    };
    let mut plan = Plan::default();
    for resource in &resolved {
        planner.add(&mut plan, resource);
    }
    for resource in &resolved {
        planner.connect(&mut plan, resource);
    }
    planner.check_programs(&plan, binaries);
    planner.check_events(&plan);
    planner.check_feeds(&plan);
    let problems = planner.sink.into_inner();
    if problems.is_empty() {
        Ok(plan)
    } else {
        Err(problems)
    }
}

struct Planner<'facts> {
    facts: &'facts Facts,
    sink: Sink,
}

impl Planner<'_> {
    fn refuse(&self, resource: &Resolved, property: &str, text: impl Into<String>) {
        let place = format!("Resources.{}.Properties.{property}", resource.logical_id);
        self.sink.borrow_mut().push(Problem {
            line: Some(resource.line),
            place,
            text: text.into(),
        });
    }

    fn name(&self, logical_id: &str) -> &str {
        self.facts
            .resources
            .get(logical_id)
            .map_or("", |resource| &resource.reference)
    }

    fn attribute(&self, logical_id: &str, attribute: &str) -> &str {
        let resource = self.facts.resources.get(logical_id);
        resource
            .and_then(|resource| resource.attributes.get(attribute)?.as_str())
            .unwrap_or_default()
    }

    /// Resources that stand for themselves.
    fn add(&self, plan: &mut Plan, resource: &Resolved) {
        let (id, sink) = (resource.logical_id.as_str(), &self.sink);
        match resource.resource_type.as_str() {
            "AWS::S3::Bucket" => plan
                .buckets
                .push(Bucket::read(resource, self.name(id), sink)),
            "AWS::DynamoDB::Table" => {
                plan.tables
                    .extend(Table::read(resource, self.name(id), sink));
            }
            "AWS::SQS::Queue" => plan.queues.extend(Queue::read(
                resource,
                self.attribute(id, "QueueName"),
                self.attribute(id, "Arn"),
                sink,
            )),
            "AWS::Serverless::Function" => self.add_function(plan, resource),
            "AWS::CloudFront::Distribution" => {
                plan.distribution = Distribution::read(resource, self.name(id), sink);
            }
            "AWS::Cognito::UserPool" => match PoolConfig::from_properties(&resource.properties) {
                Ok(pool) if plan.pool.is_none() => plan.pool = Some(pool),
                Ok(_) => self.refuse(resource, "", "the local stack serves one user pool"),
                Err(error) => error
                    .problems
                    .iter()
                    .for_each(|problem| self.refuse(resource, "", problem.to_string())),
            },
            "AWS::Cognito::UserPoolClient" => {
                match ClientConfig::from_properties(&resource.properties) {
                    Ok(config) => {
                        let secret = self.attribute(id, "ClientSecret");
                        let client = TemplateClient {
                            id: self.name(id).to_owned(),
                            secret: (!secret.is_empty()).then(|| secret.to_owned()),
                            config,
                        };
                        let place = if id == PAGE_CLIENT {
                            0
                        } else {
                            plan.clients.len()
                        };
                        plan.clients.insert(place, client);
                    }
                    Err(error) => error
                        .problems
                        .iter()
                        .for_each(|problem| self.refuse(resource, "", problem.to_string())),
                }
            }
            _ => {}
        }
    }

    fn add_function(&self, plan: &mut Plan, resource: &Resolved) {
        match Function::read(resource) {
            Err(problems) => self.sink.borrow_mut().extend(problems),
            Ok(function) => {
                match RolePolicy::parse(&function.policies) {
                    Ok(policy) => {
                        plan.policies.insert(function.logical_id.clone(), policy);
                    }
                    Err(error) => self.refuse(resource, "Policies", error.to_string()),
                }
                let (name, arn) = (
                    self.name(&function.logical_id).to_owned(),
                    self.attribute(&function.logical_id, "Arn").to_owned(),
                );
                plan.functions.push(Planned {
                    function,
                    name,
                    arn,
                });
            }
        }
    }

    /// Resources that belong to others.
    fn connect(&self, plan: &mut Plan, resource: &Resolved) {
        match resource.resource_type.as_str() {
            "AWS::S3::BucketPolicy" => {
                if let Some((name, statements)) = s3::read_policy(resource, &self.sink) {
                    match plan.buckets.iter_mut().find(|bucket| bucket.name == name) {
                        Some(bucket) => bucket.policy.extend(statements),
                        None => self.refuse(
                            resource,
                            "Bucket",
                            format!("`{name}` is no bucket of this template"),
                        ),
                    }
                }
            }
            "AWS::Cognito::UserPoolClient" => {
                let id = self.name(&resource.logical_id);
                let client = plan.clients.iter().find(|client| client.id == id);
                let problem = plan.pool.as_ref().zip(client);
                if let Some(problem) =
                    problem.and_then(|(pool, client)| pool.problem_of(&client.config))
                {
                    self.refuse(resource, "", problem.to_string());
                }
            }
            "AWS::SQS::QueuePolicy" => self.connect_queue_policy(plan, resource),
            "AWS::IAM::Policy" => self.connect_policy(plan, resource),
            "AWS::Lambda::Permission" => {
                if let Some(permission) = Permission::read(resource, &self.sink) {
                    if plan.function_named(&permission.function).is_none() {
                        self.refuse(
                            resource,
                            "FunctionName",
                            format!("`{}` is no function of this template", permission.function),
                        );
                    }
                    plan.permissions.push(permission);
                }
            }
            "AWS::Lambda::EventSourceMapping" => self.connect_mapping(plan, resource),
            "AWS::Events::Rule" => self.connect_rule(plan, resource),
            kind if is_custom(kind) => self.connect_custom(plan, resource),
            _ => {}
        }
    }

    fn connect_queue_policy(&self, plan: &mut Plan, resource: &Resolved) {
        let Some((urls, statements)) = queue::read_policy(resource, &self.sink) else {
            return;
        };
        for url in urls {
            let name = url.rsplit('/').next().unwrap_or_default();
            match plan.queues.iter_mut().find(|queue| queue.name == name) {
                Some(queue) => queue.policy.extend(statements.clone()),
                None => self.refuse(
                    resource,
                    "Queues",
                    format!("`{url}` is no queue of this template"),
                ),
            }
        }
    }

    /// A policy beside a function, for grants that would otherwise wait for each other with what they grant.
    fn connect_policy(&self, plan: &mut Plan, resource: &Resolved) {
        let Some(fields) = Fields::of(resource, &self.sink) else {
            return;
        };
        fields.known(&["PolicyName", "PolicyDocument", "Roles"]);
        fields.required("PolicyName");
        let document = fields.value("PolicyDocument").cloned().unwrap_or_default();
        let policy = match RolePolicy::parse(&[document]) {
            Ok(policy) => policy,
            Err(error) => return self.refuse(resource, "PolicyDocument", error.to_string()),
        };
        for role in fields.texts("Roles") {
            let owner = plan
                .functions
                .iter()
                .map(|planned| &planned.function.logical_id)
                .find(|id| self.name(&format!("{id}Role")) == role);
            match owner.and_then(|id| plan.policies.get_mut(id)) {
                Some(own) => own.join(policy.clone()),
                None => self.refuse(
                    resource,
                    "Roles",
                    format!("`{role}` is no role of a function of this template"),
                ),
            }
        }
    }

    fn connect_mapping(&self, plan: &mut Plan, resource: &Resolved) {
        let Some(mapping) = Mapping::read(resource, &self.sink) else {
            return;
        };
        let queue = plan
            .queues
            .iter()
            .find(|queue| queue.arn == mapping.queue_arn)
            .cloned();
        let function = plan
            .function_named(&mapping.function)
            .map(|planned| planned.function.logical_id.clone());
        match (queue, function) {
            (Some(queue), Some(function)) => plan.feeds.push(Feed {
                mapping,
                queue,
                function,
            }),
            (None, _) => self.refuse(
                resource,
                "EventSourceArn",
                format!("`{}` is no queue of this template", mapping.queue_arn),
            ),
            (_, None) => self.refuse(
                resource,
                "FunctionName",
                format!("`{}` is no function of this template", mapping.function),
            ),
        }
    }

    fn connect_rule(&self, plan: &mut Plan, resource: &Resolved) {
        let Some(rule) = Rule::read(resource, &self.sink) else {
            return;
        };
        for target in &rule.targets {
            match plan.function_named(target) {
                Some(planned) => plan.schedules.push(Schedule {
                    logical_id: resource.logical_id.clone(),
                    arn: self.attribute(&resource.logical_id, "Arn").to_owned(),
                    every: rule.every,
                    function: planned.function.logical_id.clone(),
                }),
                None => self.refuse(
                    resource,
                    "Targets",
                    format!("`{target}` is no function of this template"),
                ),
            }
        }
    }

    fn connect_custom(&self, plan: &mut Plan, resource: &Resolved) {
        let token = resource
            .properties
            .get("ServiceToken")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let Some(planned) = plan.function_named(token) else {
            self.refuse(
                resource,
                "ServiceToken",
                format!("`{token}` is no function of this template"),
            );
            return;
        };
        let function = planned.function.logical_id.clone();
        let (logical_id, resource_type) =
            (resource.logical_id.clone(), resource.resource_type.clone());
        plan.custom.push(CustomResource {
            logical_id,
            resource_type,
            function,
            properties: texts(&resource.properties),
        });
    }
}

impl Plan {
    /// By name or ARN.
    pub(crate) fn function_named(&self, given: &str) -> Option<&Planned> {
        self.functions
            .iter()
            .find(|planned| permission::names(given, &planned.name, &planned.arn))
    }
}
