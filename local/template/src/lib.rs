//! Reads `template.yaml` for the local stack.
//!
//! A stated subset of CloudFormation and SAM; everything else is refused by name, all problems at once. Parameters are checked as
//! CloudFormation checks them, references have to lead somewhere, and resources may not wait for each other in a circle.

mod catalogue;
mod conditions;
mod evaluate;
mod facts;
mod function;
mod globals;
mod mappings;
mod node;
mod outputs;
mod parameters;
mod problems;
mod references;
mod resolve;
mod template;

pub use catalogue::{Support, is_custom, support};
pub use facts::{Facts, Pseudo, ResourceFacts};
pub use function::Function;
pub use problems::{Problem, Problems};
pub use resolve::Resolved;
pub use template::Template;

#[cfg(test)]
mod tests;
