//! Names, passwords and numbers that nobody used before.

use rand::RngExt;

/// `N` random bytes.
#[expect(clippy::disallowed_methods, reason = "the suite is the outermost edge")]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill(&mut bytes);
    bytes
}

/// A user name as the page makes it: 122 random bits in the shape of a version 3 UUID.
pub fn username() -> String {
    uuid_of_version(3)
}

/// A random UUID that claims to be of `version` (0 to 15).
pub fn uuid_of_version(version: u8) -> String {
    let mut bits: [u8; 16] = bytes();
    bits[6] = (bits[6] & 0x0f) | (version << 4);
    bits[8] = (bits[8] & 0x3f) | 0x80;
    let hex = hex::encode(bits);
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// A password that satisfies the pool's policy: 32 characters or more, of all four kinds.
pub fn password() -> String {
    format!("aA1!{}", hex::encode(bytes::<20>()))
}

/// A mail address in a domain that is reserved for examples.
pub fn email() -> String {
    format!("visitor-{}@example.com", hex::encode(bytes::<6>()))
}

/// What the addresses that go to AWS begin with.
pub const DELIVERABLE: &str = "success+visitor-";

/// A mail address that Amazon's mailbox simulator takes: no bounce, and nobody's mailbox.
pub fn deliverable_email() -> String {
    format!(
        "{DELIVERABLE}{}@simulator.amazonses.com",
        hex::encode(bytes::<6>())
    )
}
