//! The pool's password policy, with the service's words for each breach.

use crate::{
    config::{PasswordPolicy, RequiredCharacters},
    refusal::Refusal,
};

/// What counts as a symbol, on AWS's list.
const SYMBOLS: &str = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= ";

/// # Errors
/// The first rule that the password breaks.
pub(crate) fn check(policy: &PasswordPolicy, password: &str) -> Result<(), Refusal> {
    if password.chars().count() < policy.minimum_length {
        return Err(Refusal::WeakPassword("Password not long enough"));
    }
    for class in &policy.required {
        let (present, complaint) = match class {
            RequiredCharacters::Lowercase => (
                password.chars().any(|c| c.is_ascii_lowercase()),
                "Password must have lowercase characters",
            ),
            RequiredCharacters::Uppercase => (
                password.chars().any(|c| c.is_ascii_uppercase()),
                "Password must have uppercase characters",
            ),
            RequiredCharacters::Numbers => (
                password.chars().any(|c| c.is_ascii_digit()),
                "Password must have numeric characters",
            ),
            RequiredCharacters::Symbols => (
                password.chars().any(|c| SYMBOLS.contains(c)),
                "Password must have symbol characters",
            ),
        };
        if !present {
            return Err(Refusal::WeakPassword(complaint));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_has_its_own_words() {
        use RequiredCharacters::{Lowercase, Numbers, Symbols, Uppercase};
        let policy = PasswordPolicy {
            temporary_validity: std::time::Duration::ZERO,
            minimum_length: 8,
            required: vec![Lowercase, Uppercase, Numbers, Symbols],
        };
        for (password, want) in [
            ("aB3$", Some("Password not long enough")),
            ("AAAA333$", Some("Password must have lowercase characters")),
            ("aaaa333$", Some("Password must have uppercase characters")),
            ("aaaaBBB$", Some("Password must have numeric characters")),
            ("aaaaBBB3", Some("Password must have symbol characters")),
            ("aaaBBB3$", None),
        ] {
            let told = check(&policy, password)
                .err()
                .map(|refusal| refusal.to_string());
            let want = want.map(|rule| format!("Password did not conform with policy: {rule}"));
            assert_eq!(told, want, "{password}");
        }
    }
}
