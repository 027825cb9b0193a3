//! What is said above the form. Two regions that are always there: one interrupts a screen reader, one waits its turn.

use leptos::{html::Div, prelude::*};
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

use super::parts::{View, block, follow};
use crate::{run::App, steps::Notice};

/// Which of the two regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Region {
    Alert,
    Status,
}

/// The regions. A new notice scrolls into view: the button that caused it may be far below.
pub(super) fn notices(app: App) -> View {
    let place = NodeRef::<Div>::new();
    follow(move || {
        if let (true, Some(place)) = (app.page.with(|page| page.notice.is_some()), place.get()) {
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Nearest);
            place.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
    let shown = move |region| block(move || said(app, region));
    view! {
        <div node_ref=place>
            <div role="alert">{shown(Region::Alert)}</div>
            <div role="status">{shown(Region::Status)}</div>
        </div>
    }
    .into_any()
}

fn said(app: App, region: Region) -> Option<View> {
    let notice = app.page.with(|page| page.notice.clone())?;
    let (class, testid, reason) = match (&notice, region, notice.is_alert()) {
        (Notice::Reason(reason), Region::Alert, _) => {
            ("notice warning", "reason", Some(reason.code().to_owned()))
        }
        (_, Region::Alert, true) => ("notice warning", "error", None),
        (_, Region::Status, false) => ("notice", "notice", None),
        _ => return None,
    };
    let sentence = app.words.notice(&notice);
    Some(view! { <p class=class data-testid=testid data-reason=reason>{sentence}</p> }.into_any())
}
