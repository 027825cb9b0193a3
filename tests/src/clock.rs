//! The suite's one door to the system clock.

use std::time::SystemTime;

use time::OffsetDateTime;

/// Now, as the machine's clock says: the running stack uses the same one.
#[expect(clippy::disallowed_methods, reason = "the suite is the outermost edge")]
pub fn now() -> OffsetDateTime {
    SystemTime::now().into()
}
