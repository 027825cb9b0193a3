//! What is said above the form. Two regions that are always there: one interrupts a screen reader, one waits its turn.

use leptos::{html::Div, prelude::*};
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

use crate::{run::App, steps::Notice, words};

/// The regions. A new notice scrolls into view: the button that caused it may be far below.
#[component]
pub(super) fn Notices(app: App) -> impl IntoView {
    let notice = Memo::new(move |_| app.page.with(|page| page.notice.clone()));
    let place = NodeRef::<Div>::new();
    Effect::new(move |_| {
        if notice.with(Option::is_some)
            && let Some(place) = place.get()
        {
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Nearest);
            place.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
    let alert = move || {
        notice
            .get()
            .filter(Notice::is_alert)
            .map(|notice| paragraph(app, &notice))
    };
    let status = move || {
        notice
            .get()
            .filter(|notice| !notice.is_alert())
            .map(|notice| paragraph(app, &notice))
    };
    view! {
        <div node_ref=place>
            <div role="alert">{alert}</div>
            <div role="status">{status}</div>
        </div>
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
