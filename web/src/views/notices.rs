//! What is said above the form. Two regions that are always there: one interrupts a screen reader, one waits its turn.

use leptos::prelude::*;

use crate::{run::App, steps::Notice, words};

/// The regions.
#[component]
pub(super) fn Notices(app: App) -> impl IntoView {
    let notice = Memo::new(move |_| app.page.with(|page| page.notice.clone()));
    let shown = move |alert: fn(&Notice) -> bool| {
        notice
            .get()
            .filter(alert)
            .map(|notice| paragraph(app, &notice))
    };
    view! {
        <div role="alert">{move || shown(Notice::is_alert)}</div>
        <div role="status">{move || shown(|notice| !notice.is_alert())}</div>
    }
}

fn paragraph(app: App, notice: &Notice) -> impl IntoView + use<> {
    let (class, testid, reason) = match notice {
        Notice::Reason(reason) => ("notice warning", "reason", Some(reason.code().to_owned())),
        notice if notice.is_alert() => ("notice warning", "error", None),
        _ => ("notice", "notice", None),
    };
    let said = words::notice(app.language.get(), notice);
    view! { <p class=class data-testid=testid data-reason=reason>{said}</p> }
}
