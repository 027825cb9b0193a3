//! Roles: the policies of the functions and what they allow.

mod pattern;
mod policy;
#[cfg(test)]
mod tests;

pub use policy::{Grant, PolicyError, RolePolicy};

/// What a policy says to one action on one resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Some statement allows it and none denies it.
    Allowed,
    /// A statement denies it, whatever others allow.
    DeniedExplicitly,
    /// No statement allows it.
    NotAllowed,
}
