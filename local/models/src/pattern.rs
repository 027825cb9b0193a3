//! Patterns of the models: Java's expressions, matched against the whole text.

use regex::Regex;

/// The same expression for Rust, or `None` where it needs what Rust's do not have (a look-around, `\p{Print}`, halves of surrogate pairs).
pub(crate) fn compile(pattern: &str) -> Option<Regex> {
    if pattern.contains("(?!") || pattern.contains("(?<") {
        return None;
    }
    Regex::new(&format!("^(?:{})$", with_narrow_words(pattern))).ok()
}

/// `\w` is `[A-Za-z0-9_]` in Java; in Rust it would be every letter of every script.
fn with_narrow_words(pattern: &str) -> String {
    let mut narrow = String::new();
    let (mut characters, mut in_class) = (pattern.chars().peekable(), false);
    while let Some(character) = characters.next() {
        match (character, characters.peek()) {
            ('\\', Some('w')) => {
                characters.next();
                narrow.push_str(if in_class {
                    "A-Za-z0-9_"
                } else {
                    "[A-Za-z0-9_]"
                });
            }
            ('\\', Some(&next)) => {
                characters.next();
                narrow.extend(['\\', next]);
            }
            _ => {
                in_class = match character {
                    '[' => true,
                    ']' => false,
                    _ => in_class,
                };
                narrow.push(character);
            }
        }
    }
    narrow
}

#[cfg(test)]
mod tests {
    use super::compile;

    #[test]
    fn the_whole_text_is_matched() {
        for (pattern, text, want) in [
            (r"[\w-]+_[0-9a-zA-Z]+", "us-east-1_AbC9", true),
            (r"[\w-]+_[0-9a-zA-Z]+", "us-east-1_AbC9 ", false),
            (r"[\w+]+", "é", false),
            (r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "é@x", true),
            ("[A-Za-z0-9-_=.]+", "a-b_c=.", true),
            ("(a|b)", "ab", false),
            (r"[\u0009\u0020-\u00FF]+", "a b\t", true),
        ] {
            let pattern = compile(pattern).expect(pattern);
            assert_eq!(pattern.is_match(text), want, "{pattern} {text}");
        }
    }

    #[test]
    fn what_rust_cannot_say_is_no_pattern() {
        assert!(compile(r"^(?!aws:)[a-z]*$").is_none());
        assert!(compile(r"\p{Print}+").is_none());
    }
}
