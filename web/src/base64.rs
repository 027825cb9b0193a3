//! Base64, through the browser where there is one: its own functions cost the page no code.

#[cfg_attr(target_arch = "wasm32", path = "base64/browser.rs")]
#[cfg_attr(not(target_arch = "wasm32"), path = "base64/native.rs")]
mod implementation;

/// With the ordinary alphabet, padded.
pub fn encode(bytes: &[u8]) -> String {
    implementation::encode(bytes)
}

/// Reads both alphabets (the one of JWTs too), padded or not. `None` for anything else.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let ordinary: String = text
        .trim_end_matches('=')
        .chars()
        .map(|c| match c {
            '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    implementation::decode(&ordinary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_with_and_without_padding() {
        for (text, want) in [
            ("+/8=", Some(vec![0xfb, 0xff])),
            ("-_8", Some(vec![0xfb, 0xff])),
            ("", Some(vec![])),
            ("a", None),
            ("!!!!", None),
        ] {
            assert_eq!(decode(text), want, "{text}");
        }
        assert_eq!(encode(&[0xfb, 0xff]), "+/8=");
    }
}
