//! What the stack knows that the template only names: parameter values, physical names, generated secrets.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// Values of the pseudo parameters.
#[derive(Clone, Debug)]
pub struct Pseudo {
    /// `AWS::Region`
    pub region: String,
    /// `AWS::AccountId`, 12 digits
    pub account_id: String,
    /// `AWS::Partition`
    pub partition: String,
    /// `AWS::StackName`
    pub stack_name: String,
    /// `AWS::StackId`, an ARN
    pub stack_id: String,
}

impl Pseudo {
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        match name {
            "AWS::Region" => Some(&self.region),
            "AWS::AccountId" => Some(&self.account_id),
            "AWS::Partition" => Some(&self.partition),
            "AWS::StackName" => Some(&self.stack_name),
            "AWS::StackId" => Some(&self.stack_id),
            "AWS::URLSuffix" => Some("amazonaws.com"),
            _ => None,
        }
    }
}

/// What `Ref` and `Fn::GetAtt` give for one resource.
#[derive(Clone, Debug, Default)]
pub struct ResourceFacts {
    /// Value of `Ref`.
    pub reference: String,
    /// Values of `Fn::GetAtt`.
    pub attributes: BTreeMap<String, Value>,
}

/// Everything a template is resolved against.
#[derive(Clone)]
pub struct Facts {
    /// See [`crate::Template::parameter_values`].
    pub parameters: BTreeMap<String, Value>,
    /// Pseudo parameters.
    pub pseudo: Pseudo,
    /// By logical id.
    pub resources: BTreeMap<String, ResourceFacts>,
    /// Generated secrets by ARN.
    pub secrets: BTreeMap<String, String>,
}

impl Facts {
    /// `reference` is what stands between `{{resolve:` and `}}`.
    pub(crate) fn secret(&self, reference: &str) -> Option<&str> {
        let rest = reference.strip_prefix("secretsmanager:")?;
        let matching = self.secrets.iter().find(|(arn, _)| {
            matches!(
                rest.strip_prefix(arn.as_str()),
                Some("" | ":SecretString" | ":SecretString:::")
            )
        });
        matching.map(|(_, secret)| secret.as_str())
    }
}

impl fmt::Debug for Facts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Facts")
            .field("resources", &self.resources.keys())
            .finish_non_exhaustive()
    }
}
