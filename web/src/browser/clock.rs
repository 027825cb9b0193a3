//! The browser's clock, set right by Cognito's: SRP timestamps and the ends of challenges are the server's times.

use std::{cell::Cell, time::Duration};

use js_sys::{Date, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::{browser::window, moment::Moment};

/// Headers tell whole seconds and take their time: only a clock that is further off is corrected.
const TOLERATED_MILLIS: i64 = 5_000;

thread_local! {
    static AHEAD: Cell<i64> = const { Cell::new(0) };
}

/// Now, by Cognito's clock as far as it is known.
pub(crate) fn now() -> Moment {
    Moment::from_millis(u64::try_from(own_millis() + AHEAD.get()).unwrap_or_default())
}

/// Now, by the browser's clock.
pub(crate) fn own_now() -> Moment {
    Moment::from_millis(u64::try_from(own_millis()).unwrap_or_default())
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 fit in 53 bits"
)]
fn own_millis() -> i64 {
    Date::now() as i64
}

/// Takes in the `Date` header of an answer that came just now.
#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 fit in 53 bits"
)]
pub(crate) fn heard(date_header: &str) {
    let told = Date::parse(date_header);
    if told.is_finite() {
        let ahead = told as i64 - own_millis();
        AHEAD.set(if ahead.abs() < TOLERATED_MILLIS {
            0
        } else {
            ahead
        });
    }
}

/// Waits. Browsers may let timers of hidden tabs run late; nothing here depends on their being exact.
pub(crate) async fn sleep(time: Duration) {
    let millis = i32::try_from(time.as_millis()).unwrap_or(i32::MAX);
    let timer = Promise::new(&mut |resolve, _| {
        // The call can only fail for a missing function, and this one is there.
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
    });
    let _ = JsFuture::from(timer).await;
}

/// Waits until a moment of [`now`]'s clock.
pub(crate) async fn sleep_until(moment: Moment) {
    let wait = moment.from_now(now());
    if !wait.is_zero() {
        sleep(wait).await;
    }
}

/// A moment as people in `language` write it, in their own time zone.
pub(crate) fn local_time(moment: Moment, language: &str) -> String {
    date(moment)
        .to_locale_string(language, &JsValue::UNDEFINED)
        .into()
}

/// Hours and minutes only.
pub(crate) fn local_hour(moment: Moment, language: &str) -> String {
    let options = super::json::texts(&[("hour", "2-digit"), ("minute", "2-digit")]);
    date(moment)
        .to_locale_time_string_with_options(language, &options)
        .into()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 fit in 53 bits"
)]
fn date(moment: Moment) -> Date {
    Date::new(&JsValue::from_f64(moment.millis() as f64))
}
