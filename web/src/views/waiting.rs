//! Steps in which the user waits, or chooses how to go on.

use std::time::Duration;

use leptos::prelude::*;

use super::parts::{
    Look, block, button, cannot_sign_in, intro, live, say, to_sign_in, try_again, way,
};
use crate::{
    browser::{clock, window},
    moment::Moment,
    run::App,
    settings::SettingsProblem,
    steps::{Ending, Link},
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
pub(super) fn loading(app: App) -> AnyView {
    (
        block(move || (!failed(app)).then(spinner)),
        try_again(app),
        block(move || failed(app).then(|| view! { <nav>{to_sign_in(app)}</nav> })),
    )
        .into_any()
}

fn spinner() -> AnyView {
    view! { <div class="spinner" aria-hidden="true"></div> }.into_any()
}

/// While a photo is judged or indexed.
pub(super) fn checking(app: App) -> AnyView {
    (
        block(move || (!failed(app)).then(|| (spinner(), intro(app, Text::CheckingIntro)))),
        try_again(app),
        block(move || {
            failed(app).then(|| {
                way(
                    app,
                    Look::Quiet,
                    Link::StartOver,
                    Text::StartOver,
                    "start-over",
                )
            })
        }),
    )
        .into_any()
}

/// Too many wrong faces: how long, and what else there is.
pub(super) fn locked(app: App, until: Moment) -> AnyView {
    let now = ticking();
    let left = move || {
        u64::try_from(until.from_now(now.get()).as_millis().div_ceil(1000)).unwrap_or(u64::MAX)
    };
    let waiting = move || {
        let time = words::time_left(app.language.get_untracked(), left());
        view! { <p class="notice warning">{say(app, Text::LockedIntro)}" "<strong class="time" role="timer">{time}</strong>"."</p> }
    };
    let over = move || {
        (
            view! { <p class="notice" role="status">{say(app, Text::LockedOver)}</p> },
            way(
                app,
                Look::Primary,
                Link::StartOver,
                Text::TryAgain,
                "start-over",
            ),
        )
    };
    (
        block(move || (0 < left()).then(waiting)),
        block(move || (left() == 0).then(over)),
        view! { <nav>{cannot_sign_in(app)}{to_sign_in(app)}</nav> },
    )
        .into_any()
}

/// The sign-in can't go on by itself.
pub(super) fn session_over(app: App, ending: Ending) -> AnyView {
    let language = app.language.get_untracked();
    let when = match ending {
        Ending::Held(until) => format!(" {}.", clock::local_time(until, language.tag())),
        _ => String::new(),
    };
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
    (
        failure(words::ending(language, ending), when),
        go_on,
        view! { <nav>{cannot_sign_in(app)}{to_sign_in(app)}</nav> },
    )
        .into_any()
}

/// The configuration is no use.
pub(super) fn unusable(app: App, problem: SettingsProblem) -> AnyView {
    (
        failure(
            words::unusable(app.language.get_untracked(), problem),
            String::new(),
        ),
        reload(app),
    )
        .into_any()
}

fn failure(what: &'static str, more: String) -> AnyView {
    view! { <p class="notice warning" role="alert" data-testid="error">{what}{more}</p> }.into_any()
}

fn reload(app: App) -> AnyView {
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
