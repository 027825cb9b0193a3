//! `20150830T123600Z`, the form in which signatures carry their time.

use std::time::SystemTime;

use time::{
    OffsetDateTime, PrimitiveDateTime, format_description::BorrowedFormatItem,
    macros::format_description,
};

const FORMAT: &[BorrowedFormatItem<'_>] =
    format_description!("[year][month][day]T[hour][minute][second]Z");

pub(super) fn parse(text: &str) -> Option<SystemTime> {
    PrimitiveDateTime::parse(text, FORMAT)
        .ok()
        .map(|time| time.assume_utc().into())
}

pub(super) fn format(time: SystemTime) -> String {
    OffsetDateTime::from(time)
        .format(FORMAT)
        .unwrap_or_default()
}
