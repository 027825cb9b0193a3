//! The user name and password that the page invents. People only ever see and type their e-mail address.

use crate::{hex, secret::Secret};

/// Sixty-four characters, so that six random bits pick one without bias. `-` and `_` are symbols in Cognito's password policy.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const PASSWORD_LENGTH: usize = 40;

/// The name of a new user: 122 random bits in the shape of a version 3 UUID.
///
/// Version 3 because Cognito invents names of that version for unknown users: any other would betray who exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username(String);

impl Username {
    /// Sets the version and variant bits of 16 random bytes.
    pub fn from_random(mut bytes: [u8; 16]) -> Self {
        bytes[6] = (bytes[6] & 0x0f) | 0x30;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let mut text = hex::encode(&bytes);
        for dash in [8, 13, 18, 23] {
            text.insert(dash, '-');
        }
        Self(text)
    }

    /// Takes back a name that this page made earlier. `None` if it has another shape.
    pub fn parse(text: &str) -> Option<Self> {
        let shaped = text.len() == 36
            && text.bytes().enumerate().all(|(index, byte)| match index {
                8 | 13 | 18 | 23 => byte == b'-',
                14 => byte == b'3',
                19 => matches!(byte, b'8' | b'9' | b'a' | b'b'),
                _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            });
        shaped.then(|| Self(text.to_owned()))
    }

    /// The name as Cognito gets it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A new password: 240 random bits that satisfy a policy of all four classes. Nobody ever sees it; it ties a confirmed mail code to this browser.
///
/// `random` fills the buffer it is given. Draws again until every class occurs, which keeps the remaining passwords equally likely.
pub fn new_password(random: &mut dyn FnMut(&mut [u8])) -> Secret {
    loop {
        let mut bytes = [0; PASSWORD_LENGTH];
        random(&mut bytes);
        let text: String = bytes
            .iter()
            .map(|byte| char::from(ALPHABET[usize::from(byte & 0x3f)]))
            .collect();
        if has_every_class(&text) {
            return Secret::new(text);
        }
    }
}

fn has_every_class(text: &str) -> bool {
    let classes: [fn(&u8) -> bool; 4] = [
        u8::is_ascii_uppercase,
        u8::is_ascii_lowercase,
        u8::is_ascii_digit,
        u8::is_ascii_punctuation,
    ];
    classes
        .iter()
        .all(|class| text.as_bytes().iter().any(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_names_are_version_3_uuids() {
        assert_eq!(
            Username::from_random([0xff; 16]).as_str(),
            "ffffffff-ffff-3fff-bfff-ffffffffffff"
        );
        assert_eq!(
            Username::from_random([0; 16]).as_str(),
            "00000000-0000-3000-8000-000000000000"
        );
        assert_eq!(
            Username::from_random(*b"0123456789abcdef").as_str(),
            "30313233-3435-3637-b839-616263646566"
        );
    }

    #[test]
    fn only_names_of_our_own_shape_are_taken_back() {
        let own = Username::from_random([7; 16]);
        assert_eq!(Username::parse(own.as_str()), Some(own));
        for other in [
            "",
            "someone@example.com",
            "ffffffff-ffff-4fff-bfff-ffffffffffff",
            "FFFFFFFF-FFFF-3FFF-BFFF-FFFFFFFFFFFF",
            "ffffffff-ffff-3fff-cfff-ffffffffffff",
        ] {
            assert_eq!(Username::parse(other), None, "{other}");
        }
    }

    #[test]
    fn passwords_satisfy_the_strictest_policy_and_use_every_draw() {
        let mut state = 1_u32;
        let mut random = |buffer: &mut [u8]| {
            for byte in buffer {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *byte = (state >> 24) as u8;
            }
        };
        let first = new_password(&mut random);
        let second = new_password(&mut random);
        assert_ne!(first, second);
        for password in [first, second] {
            assert_eq!(password.reveal().len(), 40);
            assert!(has_every_class(password.reveal()));
        }
    }

    #[test]
    fn a_draw_without_every_class_is_thrown_away() {
        let mut draws = 0;
        let password = new_password(&mut |buffer| {
            draws += 1;
            buffer.fill(0);
            if draws == 3 {
                buffer[..4].copy_from_slice(&[0, 26, 52, 62]);
            }
        });
        assert_eq!(draws, 3);
        assert!(password.reveal().starts_with("Aa0-"));
    }
}
