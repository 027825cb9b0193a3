//! Why the last answer to a challenge did not pass, as the server says it.

use face_login_domain::words;

/// A reason of the protocol. The list is open: a code that this page does not know is shown as such.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// One that the page has a sentence for.
    Known(words::Reason),
    /// Letters, digits and underscores of another code, at most 40 of them.
    Unknown(String),
}

impl Reason {
    /// `None` for the empty text, which means that there is nothing to say.
    pub fn parse(code: &str) -> Option<Self> {
        if code.is_empty() {
            return None;
        }
        let shown = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
        let known = words::Reason::parse(code).map(Self::Known);
        Some(known.unwrap_or_else(|| Self::Unknown(code.chars().filter(shown).take(40).collect())))
    }

    /// The code, for `data-reason`.
    pub fn code(&self) -> &str {
        match self {
            Self::Known(reason) => reason.as_str(),
            Self::Unknown(code) => code,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_codes_come_back_as_they_went() {
        for reason in words::Reason::ALL {
            let read = Reason::parse(reason.as_str());
            assert_eq!(read, Some(Reason::Known(*reason)));
            assert_eq!(read.unwrap().code(), reason.as_str());
        }
    }

    #[test]
    fn new_codes_are_kept_but_cannot_be_markup_or_an_essay() {
        assert_eq!(Reason::parse(""), None);
        assert_eq!(
            Reason::parse("HAT_WORN"),
            Some(Reason::Unknown("HAT_WORN".into()))
        );
        assert_eq!(
            Reason::parse("<b>no</b>"),
            Some(Reason::Unknown("bnob".into()))
        );
        assert_eq!(Reason::parse(&"A".repeat(99)).unwrap().code().len(), 40);
    }
}
