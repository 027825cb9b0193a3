//! Where the page leads after a sign-in that an app asked for with `?return_to=`.
//!
//! Addresses are compared as text and never parsed, so that no two parsers can disagree: an origin that may be returned to, and after it `/`, `?`, `#` or
//! nothing. Whatever follows can't change where the browser goes.

/// Where to go back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The whole address.
    pub address: String,
    /// Whose it is.
    pub origin: String,
}

impl Destination {
    /// `None` for any address outside the page's own origin and the `allowed` ones. A path is one of the page's own origin.
    pub fn read(wish: &str, own: &str, allowed: &[String]) -> Option<Self> {
        // Browsers drop line ends and tabs anywhere, take `\` for `/`, and trim spaces.
        if !wish
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        {
            return None;
        }
        let address = match wish.as_bytes() {
            [b'/', b'/', ..] => return None,
            [b'/', ..] => own.to_owned() + wish,
            _ => wish.to_owned(),
        };
        let own = own.to_owned();
        let mut origins = [&own].into_iter().chain(allowed);
        let origin = origins.find(|origin| leads_to(&address, origin))?;
        Some(Self {
            origin: origin.clone(),
            address,
        })
    }
}

/// Whether the address begins with that origin. With anything less than an origin, a prefix would say nothing.
fn leads_to(address: &str, origin: &str) -> bool {
    let host = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    let is_origin = host.is_some_and(|host| {
        !host.is_empty()
            && !host
                .bytes()
                .any(|byte| matches!(byte, b'/' | b'?' | b'#' | b'@'))
    });
    let after = address.strip_prefix(origin).map(str::as_bytes);
    is_origin && matches!(after, Some([] | [b'/' | b'?' | b'#', ..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "https://login.example";

    fn read(wish: &str) -> Option<(String, String)> {
        let allowed = [
            "https://app.example",
            "http://127.0.0.1:9000",
            "https://",
            "https://a.example/b",
            "app",
        ];
        let allowed = allowed.map(str::to_owned);
        Destination::read(wish, OWN, &allowed).map(|found| (found.address, found.origin))
    }

    #[test]
    fn allowed_origins_and_the_own_one_are_returned_to() {
        for (wish, address, origin) in [
            (
                "https://app.example",
                "https://app.example",
                "https://app.example",
            ),
            (
                "https://app.example/a?b=c#d",
                "https://app.example/a?b=c#d",
                "https://app.example",
            ),
            (
                "https://app.example?b",
                "https://app.example?b",
                "https://app.example",
            ),
            (
                "https://app.example#d",
                "https://app.example#d",
                "https://app.example",
            ),
            (
                "https://app.example//evil.example",
                "https://app.example//evil.example",
                "https://app.example",
            ),
            (
                "https://app.example/@evil.example",
                "https://app.example/@evil.example",
                "https://app.example",
            ),
            (
                "http://127.0.0.1:9000/",
                "http://127.0.0.1:9000/",
                "http://127.0.0.1:9000",
            ),
            (
                "https://login.example/app",
                "https://login.example/app",
                OWN,
            ),
            (
                "/app?x=//evil.example",
                "https://login.example/app?x=//evil.example",
                OWN,
            ),
            ("/", "https://login.example/", OWN),
            ("/@evil.example", "https://login.example/@evil.example", OWN),
            ("/.evil.example", "https://login.example/.evil.example", OWN),
        ] {
            let want = Some((address.to_owned(), origin.to_owned()));
            assert_eq!(read(wish), want, "{wish}");
        }
    }

    #[test]
    fn nothing_else_is() {
        for wish in [
            "",
            "app",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "\u{1}https://app.example",
            " https://app.example",
            "https://app.example ",
            "https://evil.example",
            "https://evil.example/https://app.example",
            "https://evil.example?https://app.example",
            "https://app.example@evil.example",
            "https://app.example:x@evil.example",
            "https://app.example.evil.example",
            "https://app.examples",
            "https://app.example:444",
            "https://app.example%2eevil.example",
            "https://app.example\\@evil.example",
            "https://app.example\\.evil.example",
            "https:\\\\app.example",
            "https:/app.example",
            "https:app.example",
            "https:///evil.example",
            "https://",
            "https://a.example/b",
            "https://a.example",
            "HTTPS://evil.example",
            "http://app.example",
            "http://127.0.0.1:90000",
            "http://127.0.0.1:9000.evil.example",
            "https%3A%2F%2Fevil.example",
            "%2f%2fevil.example",
            "javascript:alert(1)",
            "JavaScript://app.example/%0aalert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "blob:https://app.example/x",
            "https://аpp.example",
            "https://app。example",
        ] {
            assert_eq!(read(wish), None, "{wish}");
        }
    }

    #[test]
    fn a_page_without_an_origin_leads_nowhere() {
        for own in ["null", "", "file://", "https://"] {
            assert_eq!(Destination::read("/app", own, &[]), None, "{own}");
        }
    }
}
