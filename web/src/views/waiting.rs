//! Steps in which the user waits, or chooses how to go on.

use std::time::Duration;

use leptos::prelude::*;

use super::parts::{
    Look, ORNAMENT, View, block, button, cannot_sign_in, intro, live, nav, paragraph, say, stack,
    to_sign_in, try_again, way,
};
use crate::{
    browser::{clock, window},
    moment::Moment,
    run::App,
    settings::SettingsProblem,
    steps::{Ending, Happened, Link},
    words::{self, Text},
};

/// The time, every second.
pub(super) fn ticking() -> RwSignal<Moment> {
    let now = RwSignal::new(clock::now());
    let timer = set_interval_with_handle(move || now.set(clock::now()), Duration::from_secs(1));
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
    });
    now
}

fn failed(app: App) -> bool {
    app.page.with(|page| page.notice.is_some())
}

/// Before anything is known.
pub(super) fn loading(app: App) -> View {
    stack(vec![
        block(move || (!failed(app)).then(spinner)),
        try_again(app),
        block(move || failed(app).then(|| nav(vec![to_sign_in(app)]))),
    ])
}

fn spinner() -> View {
    view! { <div class="spinner" aria-hidden=ORNAMENT></div> }.into_any()
}

/// While a photo is judged or indexed.
pub(super) fn checking(app: App) -> View {
    let start_over = move || {
        way(
            app,
            Look::Quiet,
            Link::StartOver,
            Text::StartOver,
            "start-over",
        )
    };
    stack(vec![
        block(move || {
            (!failed(app)).then(|| stack(vec![spinner(), intro(app, Text::CheckingIntro)]))
        }),
        try_again(app),
        block(move || failed(app).then(|| nav(vec![start_over()]))),
    ])
}

/// Seconds above which nobody waits: the way by mail is open meanwhile.
const LONG: u64 = 3600;

/// Too many wrong faces: how long, and what else there is.
pub(super) fn locked(app: App, until: Moment) -> View {
    let now = ticking();
    let left = move || {
        u64::try_from(until.from_now(now.get()).as_millis().div_ceil(1000)).unwrap_or(u64::MAX)
    };
    let waiting = move || {
        if LONG < left() {
            let by_mail = live(move || say(app, Text::LockedLong).to_owned());
            return paragraph("notice warning", None, None, by_mail, live(String::new));
        }
        let time = live(move || app.words.time_left(left()));
        let intro = live(move || format!("{} ", say(app, Text::LockedIntro)));
        paragraph("notice warning", None, Some("timer"), intro, time)
    };
    let again = move || {
        stack(vec![
            paragraph(
                "notice",
                None,
                Some("status"),
                live(move || say(app, Text::LockedOver).to_owned()),
                live(String::new),
            ),
            way(
                app,
                Look::Primary,
                Link::StartOver,
                Text::TryAgain,
                "start-over",
            ),
        ])
    };
    // The thing to do, where waiting is none.
    let by_mail = button(
        live(move || {
            if LONG < left() {
                Look::Primary
            } else {
                Look::Quiet
            }
            .class()
        }),
        "cannot-sign-in",
        say(app, Text::CannotSignIn),
        live(|| false),
        move || app.happened(Happened::Followed(Link::CannotSignIn)),
    );
    stack(vec![
        block(move || Some(if left() == 0 { again() } else { waiting() })),
        nav(vec![by_mail, to_sign_in(app)]),
    ])
}

/// The sign-in can't go on by itself.
pub(super) fn session_over(app: App, ending: Ending) -> View {
    let said = say(app, words::ending(ending));
    let go_on = match ending {
        Ending::PageTooOld => reload(app),
        _ => way(
            app,
            Look::Primary,
            Link::StartOver,
            Text::StartOver,
            "start-over",
        ),
    };
    stack(vec![
        failure(said),
        go_on,
        nav(vec![cannot_sign_in(app), to_sign_in(app)]),
    ])
}

/// The configuration is no use.
pub(super) fn unusable(app: App, problem: SettingsProblem) -> View {
    let said = say(app, words::unusable(problem));
    stack(vec![failure(said), reload(app)])
}

fn failure(what: &'static str) -> View {
    let what = live(move || what.to_owned());
    let nothing = live(String::new);
    paragraph(
        "notice warning",
        Some("error"),
        Some("alert"),
        what,
        nothing,
    )
}

fn reload(app: App) -> View {
    let reload = || {
        // Nothing to do if the browser refuses: it has a button for it too.
        let _ = window().location().reload();
    };
    button(
        live(|| Look::Primary.class()),
        "reload",
        say(app, Text::Reload),
        live(|| false),
        reload,
    )
}
