//! Who may sign up: only what the page makes itself.

use crate::uuid_text::is_uuid;

/// Most characters of a mail address (RFC 5321, 4.5.3.1.3, less the angle brackets) and of its local part.
const MAX_ADDRESS: usize = 254;
const MAX_LOCAL: usize = 64;

/// How a user comes into being.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// By the client's `SignUp`.
    SignUp,
    /// By an administrator, an external provider or anything else.
    Other,
}

/// Whether the user is admitted. Nobody is ever confirmed or verified by it: that would move the address's alias to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// The user may be stored, unconfirmed.
    Admitted,
    /// Not by the client's `SignUp`.
    ForeignOrigin,
    /// The name is not a version 3 UUID. Cognito invents those for unknown users, so real names must look the same.
    ForeignName,
    /// The mail address is none.
    BadAddress,
}

/// Whether a user of this name and address is admitted.
pub fn admit(origin: Origin, name: &str, email: Option<&str>) -> Admission {
    match (origin, is_version_3(name), email.is_some_and(is_address)) {
        (Origin::Other, _, _) => Admission::ForeignOrigin,
        (Origin::SignUp, false, _) => Admission::ForeignName,
        (Origin::SignUp, true, false) => Admission::BadAddress,
        (Origin::SignUp, true, true) => Admission::Admitted,
    }
}

fn is_version_3(name: &str) -> bool {
    is_uuid(name)
        && name.as_bytes()[14] == b'3'
        && matches!(name.as_bytes()[19], b'8' | b'9' | b'a' | b'b')
}

/// A mail address that mail can be sent to: one `@`, a domain of at least two labels, nothing that needs quotes.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    text.len() <= MAX_ADDRESS && is_local(local) && is_domain(domain)
}

fn is_local(local: &str) -> bool {
    let atoms = local
        .split('.')
        .all(|atom| !atom.is_empty() && atom.bytes().all(is_atom_byte));
    local.len() <= MAX_LOCAL && atoms
}

fn is_atom_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        let edges = label.starts_with('-') || label.ends_with('-');
        (1..=63).contains(&label.len())
            && !edges
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    domain.contains('.') && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "03670b97-8dee-3875-ab12-0123456789ab";

    #[test]
    fn only_names_like_the_pages_are_admitted() {
        for (name, want) in [
            (NAME, Admission::Admitted),
            (
                "03670b97-8dee-4875-ab12-0123456789ab",
                Admission::ForeignName,
            ),
            (
                "03670b97-8dee-3875-cb12-0123456789ab",
                Admission::ForeignName,
            ),
            (
                "03670B97-8dee-3875-ab12-0123456789ab",
                Admission::ForeignName,
            ),
            ("ana", Admission::ForeignName),
            ("ana@example.com", Admission::ForeignName),
        ] {
            assert_eq!(
                admit(Origin::SignUp, name, Some("ana@example.com")),
                want,
                "{name}"
            );
        }
        assert_eq!(
            admit(Origin::Other, NAME, Some("ana@example.com")),
            Admission::ForeignOrigin
        );
    }

    #[test]
    fn only_usable_addresses_are_admitted() {
        let long = format!("{}@example.com", "a".repeat(65));
        for (address, usable) in [
            (Some("ana@example.com"), true),
            (Some("ana+x.y@mail.example.com"), true),
            (Some("ana@localhost"), false),
            (Some("ana"), false),
            (Some("@example.com"), false),
            (Some("a..b@example.com"), false),
            (Some("ana@@example.com"), false),
            (Some("ana@example.com "), false),
            (Some("ana\n@example.com"), false),
            (Some("ana@-example.com"), false),
            (Some("ana@example..com"), false),
            (Some(long.as_str()), false),
            (None, false),
        ] {
            let want = if usable {
                Admission::Admitted
            } else {
                Admission::BadAddress
            };
            assert_eq!(admit(Origin::SignUp, NAME, address), want, "{address:?}");
        }
    }
}
