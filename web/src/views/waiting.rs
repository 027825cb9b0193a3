//! Steps in which the user waits, or chooses how to go on.

use std::time::Duration;

use leptos::prelude::*;

use super::parts::{Look, TryAgain, Way, say};
use crate::{
    browser::{clock, window},
    moment::Moment,
    run::App,
    settings::SettingsProblem,
    steps::{Ending, Link},
    words::{self, Text},
};

/// The time, every second.
pub(super) fn ticking() -> ReadSignal<Moment> {
    let (now, set_now) = signal(clock::now());
    let timer = set_interval_with_handle(move || set_now.set(clock::now()), Duration::from_secs(1));
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
    });
    now
}

/// Before anything is known.
#[component]
pub(super) fn Loading(app: App) -> impl IntoView {
    let failed = Memo::new(move |_| app.page.with(|page| page.notice.is_some()));
    view! {
        {move || (!failed.get()).then(|| view! { <div class="spinner" aria-hidden="true"></div> })}
        <TryAgain app/>
        {move || failed.get().then(|| view! { <nav><Way app link=Link::SignIn text=Text::ToSignIn testid="to-sign-in"/></nav> })}
    }
}

/// While a photo is judged or indexed.
#[component]
pub(super) fn Checking(app: App) -> impl IntoView {
    let failed = Memo::new(move |_| app.page.with(|page| page.notice.is_some()));
    view! {
        {move || (!failed.get()).then(|| view! {
            <div class="spinner" aria-hidden="true"></div>
            <p class="intro centred" role="status">{say(app, Text::CheckingIntro)}</p>
        })}
        <TryAgain app/>
        {move || failed.get().then(|| view! { <nav><Way app link=Link::StartOver text=Text::StartOver testid="start-over"/></nav> })}
    }
}

/// Too many wrong faces: how long, and what else there is.
#[component]
pub(super) fn Locked(app: App, until: Moment) -> impl IntoView {
    let now = ticking();
    let left = Memo::new(move |_| until.from_now(now.get()).as_millis().div_ceil(1000));
    let over = Memo::new(move |_| left.get() == 0);
    let time = move || {
        words::time_left(
            app.language.get(),
            u64::try_from(left.get()).unwrap_or(u64::MAX),
        )
    };
    view! {
        {move || if over.get() {
            view! { <p class="notice" role="status">{say(app, Text::LockedOver)}</p> }.into_any()
        } else {
            view! { <p class="notice warning">{say(app, Text::LockedIntro)}" "<strong class="time" role="timer">{time}</strong>"."</p> }.into_any()
        }}
        {move || over.get().then(|| view! { <Way look=Look::Primary app link=Link::StartOver text=Text::TryAgain testid="start-over"/> })}
        <nav>
            <Way app link=Link::CannotSignIn text=Text::CannotSignIn testid="cannot-sign-in"/>
            <Way app link=Link::SignIn text=Text::ToSignIn testid="to-sign-in"/>
        </nav>
    }
}

/// The sign-in can't go on by itself.
#[component]
pub(super) fn SessionOver(app: App, ending: Ending) -> impl IntoView {
    let language = app.language.get_untracked();
    let when = match ending {
        Ending::Held(until) => format!(" {}.", clock::local_time(until, language.tag())),
        _ => String::new(),
    };
    view! {
        <p class="notice warning" role="alert" data-testid="error">{words::ending(language, ending)}{when}</p>
        {match ending {
            Ending::PageTooOld => view! { <Reload app/> }.into_any(),
            _ => view! { <Way look=Look::Primary app link=Link::StartOver text=Text::StartOver testid="start-over"/> }.into_any(),
        }}
        <nav>
            <Way app link=Link::CannotSignIn text=Text::CannotSignIn testid="cannot-sign-in"/>
            <Way app link=Link::SignIn text=Text::ToSignIn testid="to-sign-in"/>
        </nav>
    }
}

/// The configuration is no use.
#[component]
pub(super) fn Unusable(app: App, problem: SettingsProblem) -> impl IntoView {
    view! {
        <p class="notice warning" role="alert" data-testid="error">{words::unusable(app.language.get_untracked(), problem)}</p>
        <Reload app/>
    }
}

#[component]
fn Reload(app: App) -> impl IntoView {
    let reload = |_| {
        // Nothing to do if the browser refuses: it has a button for it too.
        let _ = window().location().reload();
    };
    view! { <button type="button" class="primary" data-testid="reload" on:click=reload>{say(app, Text::Reload)}</button> }
}
