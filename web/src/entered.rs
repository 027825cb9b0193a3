//! What people type: an e-mail address, and the code from a mail.

/// An address that is worth sending to Cognito. Whether mail arrives there, only the code shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Trims; `None` unless there is something on both sides of one `@`, a dot on its right, no space and at most 254 characters.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.split_once('@')?;
        let usable = !local.is_empty()
            && !domain.contains('@')
            && domain.split('.').count() >= 2
            && domain.split('.').all(|label| !label.is_empty())
            && !text.chars().any(|c| c.is_whitespace() || c.is_control())
            && text.len() <= 254;
        usable.then(|| Self(text.to_owned()))
    }

    /// The address as typed, without space around it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The code from a mail: digits, without the spaces that people copy along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailCode(String);

impl MailCode {
    /// `None` unless six digits remain, which is what Cognito sends.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .collect();
        (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .then_some(Self(digits))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (typed, want) in [
            ("ada@example.com", Some("ada@example.com")),
            (
                "  Ada.L+x@mail.example.org\n",
                Some("Ada.L+x@mail.example.org"),
            ),
            ("jürgen@bücher.example", Some("jürgen@bücher.example")),
            ("", None),
            ("ada", None),
            ("ada@localhost", None),
            ("@example.com", None),
            ("ada@example..com", None),
            ("ada@@example.com", None),
            ("ada lovelace@example.com", None),
        ] {
            assert_eq!(
                Email::parse(typed).as_ref().map(Email::as_str),
                want,
                "{typed:?}"
            );
        }
        assert_eq!(
            Email::parse(&format!("{}@example.com", "a".repeat(250))),
            None
        );
    }

    #[test]
    fn codes() {
        for (typed, want) in [
            ("123456", Some("123456")),
            (" 123 456 ", Some("123456")),
            ("123-456", Some("123456")),
            ("12345", None),
            ("1234567", None),
            ("12345a", None),
            ("", None),
        ] {
            assert_eq!(
                MailCode::parse(typed).as_ref().map(MailCode::as_str),
                want,
                "{typed:?}"
            );
        }
    }
}
