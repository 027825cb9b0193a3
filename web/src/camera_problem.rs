//! Why there is no picture from the camera.

/// What a person can do something about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CameraProblem {
    /// Permission was not given.
    Denied,
    /// There is no camera.
    None,
    /// Another program or tab holds it.
    Busy,
    /// The page is not served over HTTPS (or from this machine), or sits in a frame or app that may not use the camera.
    Insecure,
    /// It stopped while it was in use: unplugged, or taken by a call.
    Stopped,
    /// Anything else.
    Other,
}

impl CameraProblem {
    /// From the name of the `DOMException` that `getUserMedia` rejects with.
    pub fn from_exception(name: &str) -> Self {
        match name {
            "NotAllowedError" | "PermissionDeniedError" => Self::Denied,
            "NotFoundError" | "DevicesNotFoundError" | "OverconstrainedError" => Self::None,
            "NotReadableError" | "TrackStartError" | "AbortError" => Self::Busy,
            "SecurityError" | "TypeError" => Self::Insecure,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_of_get_user_media() {
        for (name, want) in [
            ("NotAllowedError", CameraProblem::Denied),
            ("NotFoundError", CameraProblem::None),
            ("OverconstrainedError", CameraProblem::None),
            ("NotReadableError", CameraProblem::Busy),
            ("SecurityError", CameraProblem::Insecure),
            ("Whatever", CameraProblem::Other),
        ] {
            assert_eq!(CameraProblem::from_exception(name), want, "{name}");
        }
    }
}
