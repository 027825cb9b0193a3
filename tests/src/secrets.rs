//! What no output may hold, and the search for it.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    challenge::{Round, Tokens},
    visitor::Account,
};

/// Shorter texts are found anywhere and prove nothing.
const SHORTEST: usize = 6;
/// Bytes of a photo that are looked for: no two photos share them.
const SAMPLE: usize = 48;

/// Secrets by what they are.
#[derive(Clone, Debug, Default)]
pub struct Secrets(BTreeMap<String, String>);

impl Secrets {
    /// One more. `what` is what a failure prints.
    pub fn add(&mut self, what: &str, text: &str) {
        if SHORTEST <= text.len() {
            self.0
                .insert(format!("{what} #{}", self.0.len()), text.to_owned());
        }
    }

    /// All names of a person, and the password.
    pub fn add_account(&mut self, account: &Account) {
        self.add("mail address", &account.email);
        self.add("user name", &account.username);
        self.add("sub", &account.sub);
        self.add("password", &account.password);
    }

    /// What a round says to its client alone.
    pub fn add_round(&mut self, round: &Round) {
        self.add("session", head(&round.session));
        if let Some(id) = round.parameters.get("challengeId") {
            self.add("challenge id", id);
        }
        let fields = round.parameters.get("uploadFields").map(String::as_str);
        let fields: BTreeMap<String, String> =
            serde_json::from_str(fields.unwrap_or_default()).unwrap_or_default();
        for name in ["policy", "x-amz-signature", "x-amz-security-token", "key"] {
            if let Some(value) = fields.get(name) {
                self.add(&format!("form field {name}"), head(value));
            }
        }
    }

    /// All three tokens: the signed part and the signature each for itself.
    pub fn add_tokens(&mut self, tokens: &Tokens) {
        let all = [
            Some(&tokens.access),
            Some(&tokens.id),
            tokens.refresh.as_ref(),
        ];
        for token in all.into_iter().flatten() {
            for part in token.split('.').skip(1).filter(|part| 20 < part.len()) {
                self.add("part of a token", head(part));
            }
        }
    }

    /// A photo's bytes: plain, hexadecimal, as Rust prints lists, and in base64 from any offset.
    pub fn add_photo(&mut self, bytes: &[u8]) {
        let middle = bytes.len() / 2;
        let sample = &bytes[middle.saturating_sub(SAMPLE)..middle];
        self.add("photo, hexadecimal", &hex::encode(sample));
        self.add("photo, listed", &listed(sample));
        for offset in 0..3.min(sample.len()) {
            let whole = (sample.len() - offset) / 3 * 3;
            self.add(
                "photo, base64",
                &STANDARD.encode(&sample[offset..offset + whole]),
            );
        }
    }

    /// What of it the output holds, in any case of letters, each by what it is.
    pub fn found_in(&self, output: &str) -> Vec<&str> {
        let output = output.to_lowercase();
        let held = self.0.iter();
        held.filter(|(_, text)| output.contains(&text.to_lowercase()))
            .map(|(what, _)| what.as_str())
            .collect()
    }

    /// Every secret in turn.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(what, text)| (what.as_str(), text.as_str()))
    }
}

/// Lines that put a similarity beside anything.
pub fn similarities(output: &str) -> Vec<&str> {
    let told = |line: &&str| line.to_lowercase().contains("similarity");
    output.lines().filter(told).collect()
}

/// What identifies a long text; a log may cut the rest off.
fn head(text: &str) -> &str {
    let end = text.char_indices().nth(40).map_or(text.len(), |(at, _)| at);
    &text[..end]
}

fn listed(bytes: &[u8]) -> String {
    let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
    numbers.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_are_found_however_they_are_written() {
        let photo: Vec<u8> = (0..600_u32).map(|at| (at * 89 % 251) as u8).collect();
        let mut secrets = Secrets::default();
        secrets.add_photo(&photo);
        for written in [
            STANDARD.encode(&photo),
            STANDARD.encode(&photo[1..]),
            STANDARD.encode(&photo[2..]),
            hex::encode(&photo).to_uppercase(),
            format!("{photo:?}"),
        ] {
            let line = format!("{{\"body\":\"{written}\"}}");
            assert!(!secrets.found_in(&line).is_empty(), "{line}");
        }
        assert!(secrets.found_in("nothing of it").is_empty());
    }
}
