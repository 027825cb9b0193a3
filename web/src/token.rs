//! Reading a JWT's claims for display and timing. The page never trusts them: whoever gives access checks the signature.

use crate::base64;

/// The claims of a JWT as JSON text. `None` if it is no JWT.
pub fn claims(token: &str) -> Option<String> {
    let mut parts = token.split('.');
    let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    String::from_utf8(base64::decode(payload)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_part_is_read() {
        assert_eq!(
            claims("e30.eyJuYW1lIjoiSsO8cmdlbiJ9.sig").as_deref(),
            Some("{\"name\":\"Jürgen\"}")
        );
        for other in ["", "a.b", "e30.!!.x", "e30.w.x"] {
            assert_eq!(claims(other), None, "{other}");
        }
    }
}
