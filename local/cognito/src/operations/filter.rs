//! The `Filter` of `ListUsers`: one attribute, `=` or `^=`, a value in quotation marks.

use crate::{
    refusal::Refusal,
    store::{Enabled, User},
};

/// What can be searched for; custom attributes can't.
const SEARCHABLE: [&str; 10] = [
    "username",
    "email",
    "phone_number",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "cognito:user_status",
    "status",
    "sub",
];

/// A filter that has been understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filter {
    attribute: String,
    comparison: Comparison,
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Equals,
    StartsWith,
}

impl Filter {
    /// `None` for an empty filter, which lets everybody through.
    ///
    /// # Errors
    /// The text is no filter, or its attribute can't be searched for.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, Refusal> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let (left, value) = text.split_once('=').ok_or(Refusal::FilterSyntax)?;
        let (attribute, comparison) = match left.strip_suffix('^') {
            Some(attribute) => (attribute.trim(), Comparison::StartsWith),
            None => (left.trim(), Comparison::Equals),
        };
        if attribute.is_empty() || attribute.contains(char::is_whitespace) {
            return Err(Refusal::FilterSyntax);
        }
        let value = quoted(value.trim())?;
        if !SEARCHABLE.contains(&attribute) {
            return Err(Refusal::NotSearchable(attribute.to_owned()));
        }
        Ok(Some(Self {
            attribute: attribute.to_owned(),
            comparison,
            value,
        }))
    }

    /// User names and `status` are compared as written, the rest without regard to case. Of the attributes the documents
    /// say so for `cognito:user_status` only.
    pub(super) fn admits(&self, user: &User) -> bool {
        match self.attribute.as_str() {
            "username" => self.matches(&user.name),
            "status" => self.matches(match user.enabled {
                Enabled::Yes => "Enabled",
                Enabled::No => "Disabled",
            }),
            "cognito:user_status" => self.folded().matches(&folded(user.status.as_str())),
            "sub" => self.folded().matches(&folded(&user.sub)),
            name => user
                .attributes
                .get(name)
                .is_some_and(|value| self.folded().matches(&folded(value))),
        }
    }

    fn matches(&self, value: &str) -> bool {
        match self.comparison {
            Comparison::Equals => value == self.value,
            Comparison::StartsWith => value.starts_with(&self.value),
        }
    }

    fn folded(&self) -> Self {
        Self {
            value: folded(&self.value),
            ..self.clone()
        }
    }
}

fn folded(text: &str) -> String {
    text.to_lowercase()
}

/// The text between quotation marks, in which a backslash makes the next character ordinary.
fn quoted(text: &str) -> Result<String, Refusal> {
    let mut rest = text.strip_prefix('"').ok_or(Refusal::FilterSyntax)?.chars();
    let mut value = String::new();
    loop {
        match rest.next().ok_or(Refusal::FilterSyntax)? {
            '"' if rest.as_str().is_empty() => return Ok(value),
            '"' => return Err(Refusal::FilterSyntax),
            '\\' => value.push(rest.next().ok_or(Refusal::FilterSyntax)?),
            plain => value.push(plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_comparison_in_quotation_marks_is_a_filter() {
        use Comparison::{Equals, StartsWith};
        #[rustfmt::skip]
        let cases = [
            (r#"email = "a@b.c""#, Ok(("email", Equals, "a@b.c"))),
            (r#"email="a@b.c""#, Ok(("email", Equals, "a@b.c"))),
            (r#"  sub ^= "1" "#, Ok(("sub", StartsWith, "1"))),
            (r#"name^="a \"b\" = c""#, Ok(("name", StartsWith, r#"a "b" = c"#))),
            (r#"cognito:user_status = """#, Ok(("cognito:user_status", Equals, ""))),
            (r"email = a@b.c", Err("Error while parsing filter.")),
            (r#"email = "a"#, Err("Error while parsing filter.")),
            (r#"email = "a" and sub = "b""#, Err("Error while parsing filter.")),
            (r#"email "a""#, Err("Error while parsing filter.")),
            (r#"= "a""#, Err("Error while parsing filter.")),
            (r#"email != "a""#, Err("Error while parsing filter.")),
            (r#"custom:a = "b""#, Err("Invalid search attribute: custom:a")),
            (r#"locale = "b""#, Err("Invalid search attribute: locale")),
        ];
        for (text, want) in cases {
            let told = Filter::parse(text).map_err(|refusal| refusal.to_string());
            let want = want
                .map(|(attribute, comparison, value)| {
                    Some(Filter {
                        attribute: attribute.to_owned(),
                        comparison,
                        value: value.to_owned(),
                    })
                })
                .map_err(str::to_owned);
            assert_eq!(told, want, "{text}");
        }
        assert_eq!(Filter::parse(" ").ok(), Some(None));
    }
}
