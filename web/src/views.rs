//! What is on the screen: one view per step, and the frame around them.

mod capture;
mod code;
mod consent;
mod errands;
mod forms;
mod guidance;
mod notices;
mod parts;
mod signed_in;
mod viewfinder;
mod waiting;

use std::{
    cell::Cell,
    sync::atomic::{AtomicBool, Ordering},
};

use leptos::{either::Either, html::H1, mount::mount_to, prelude::*};
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use self::parts::{busy, follow, live, say};
use crate::{
    browser::{spawn, window},
    challenge::Kind,
    run::{App, Host, read_settings, read_words},
    steps::{Errand, Page, Recovery, SETUP_STEPS, Screen},
    words::{Text, Words},
};

/// Starts the page in the element `page`, in place of what the HTML shows until then.
pub fn mount() {
    let document = window().document();
    let place = document.and_then(|document| document.get_element_by_id("page"));
    let Some(place) = place.and_then(|place| place.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    spawn(async {
        let settings = read_settings().await;
        let Some(words) = read_words(&settings).await else {
            return cannot_start();
        };
        place.set_text_content(None);
        if let Some(root) = window()
            .document()
            .and_then(|document| document.document_element())
        {
            name_language(&root, words);
        }
        mount_to(place, move || {
            let app = App::new(words, Host::Page);
            app.open(settings);
            shell(app, landmark)
        })
        .forget();
    });
}

/// Without words there is only what the HTML holds.
fn cannot_start() {
    let document = window().document();
    let said = document.and_then(|document| document.get_element_by_id("no-start"));
    if let Some(said) = said {
        // Nothing to be done if even that fails.
        let _ = said.remove_attribute("hidden");
    }
}

/// What stands around the card, of [`Frame`]. Handed over, so that neither the page nor the custom element loads the other's.
pub(crate) type Around = fn(Frame) -> parts::View;

/// What tells of the state, and the card.
pub(crate) struct Frame {
    step: parts::Live<&'static str>,
    uploaded: parts::Live<String>,
    busy: parts::Live<&'static str>,
    inside: parts::View,
}

/// The page is nothing but the sign-in.
fn landmark(frame: Frame) -> parts::View {
    let Frame {
        step,
        uploaded,
        busy,
        inside,
    } = frame;
    view! { <main data-step=step data-upload-sha256=uploaded aria-busy=busy>{inside}</main> }
        .into_any()
}

/// The app around a custom element says what is its main part.
pub(crate) fn no_landmark(frame: Frame) -> parts::View {
    let Frame {
        step,
        uploaded,
        busy,
        inside,
    } = frame;
    view! { <div data-step=step data-upload-sha256=uploaded aria-busy=busy>{inside}</div> }
        .into_any()
}

/// The card with heading and notices, which stay in place so that screen readers hear what changes in them.
pub(crate) fn shell(app: App, around: Around) -> parts::View {
    let screen = Memo::new(move |_| app.page.with(|page| page.screen));
    let heading = NodeRef::<H1>::new();
    let (before, turn) = (Cell::new(None), AtomicBool::new(false));
    follow(move || {
        let now = screen.get();
        if app.host == Host::Page {
            tell_document(app.words, title(now));
        }
        let moved = before
            .replace(Some(now))
            .is_some_and(|before| before != now);
        if let (true, Some(heading)) = (moved, heading.get_untracked()) {
            // An element that is on the page can be focused.
            let _ = heading.focus();
        }
    });
    let step = live(move || screen.get().name());
    let steps = live(move || {
        app.page
            .with(Page::setup_step)
            .map(|number| steps_line(app, number))
            .unwrap_or_default()
    });
    let inside = view! {
        <p class="brand"><span class="mark" aria-hidden=parts::ORNAMENT></span>{say(app, Text::ProductName)}</p>
        <section class="card">
            <p class="steps">{steps}</p>
            <h1 tabindex="-1" node_ref=heading>{live(move || say(app, title(screen.get())))}</h1>
            {notices::notices(app)}
            {live(move || fresh(&turn, content(app, screen.get())))}
        </section>
    };
    around(Frame {
        step,
        uploaded: live(move || app.uploaded.get()),
        busy: live(move || if busy(app) { "true" } else { "false" }),
        inside: inside.into_any(),
    })
}

/// Never the elements of the step before: an input would keep what was typed into it.
fn fresh(turn: &AtomicBool, view: parts::View) -> Either<parts::View, parts::View> {
    if turn.fetch_not(Ordering::Relaxed) {
        Either::Left(view)
    } else {
        Either::Right(view)
    }
}

fn tell_document(words: &Words, title: Text) {
    if let Some(document) = window().document() {
        let (title, product) = (words.text(title), words.text(Text::ProductName));
        document.set_title(&format!("{title} · {product}"));
    }
}

/// What the words are in, and which way they run.
pub(crate) fn name_language(root: &web_sys::Element, words: &Words) {
    // Attributes that any element takes.
    let _ = root.set_attribute("lang", words.tag());
    let _ = root.set_attribute("dir", words.direction());
}

fn steps_line(app: App, number: u8) -> String {
    let name = match number {
        1 => Text::StepEmail,
        2 => Text::StepCode,
        3 => Text::StepDocument,
        _ => Text::StepSelfie,
    };
    app.words.progress(number, SETUP_STEPS, name)
}

fn title(screen: Screen) -> Text {
    match screen {
        Screen::Loading => Text::Loading,
        Screen::Unusable(_) | Screen::SessionOver(_) => Text::SessionOverTitle,
        Screen::SignIn => Text::SignInTitle,
        Screen::SignUp => Text::SignUpTitle,
        Screen::Code => Text::CodeTitle,
        Screen::Consent => Text::ConsentStepTitle,
        Screen::Document => Text::DocumentTitle,
        Screen::Selfie => Text::SelfieTitle,
        Screen::Checking => Text::CheckingTitle,
        Screen::SignedIn => Text::SignedInTitle,
        Screen::Recover(Recovery::NoFace) => Text::RecoverTitle,
        Screen::Recover(Recovery::Unfinished) => Text::UnfinishedTitle,
        Screen::RecoverCode => Text::RecoverCodeTitle,
        Screen::Locked { .. } => Text::LockedTitle,
        Screen::Errand(Errand::Replace) => Text::ReplaceTitle,
        Screen::Errand(Errand::Update) => Text::UpdateTitle,
        Screen::Errand(Errand::Forget) => Text::ForgetTitle,
        Screen::Held { .. } => Text::HeldTitle,
        Screen::Forgotten => Text::ForgottenTitle,
    }
}

fn content(app: App, screen: Screen) -> parts::View {
    match screen {
        Screen::Loading => waiting::loading(app),
        Screen::Unusable(problem) => waiting::unusable(app, problem),
        Screen::SignIn => forms::sign_in(app),
        Screen::SignUp => forms::sign_up(app),
        Screen::Recover(why) => forms::recover(app, why),
        Screen::Code | Screen::RecoverCode => code::code(app, screen),
        Screen::Consent => consent::consent(app),
        Screen::Document => capture::capture(app, Kind::Document),
        Screen::Selfie => capture::capture(app, Kind::Selfie),
        Screen::Checking => waiting::checking(app),
        Screen::SignedIn => signed_in::signed_in(app),
        Screen::Locked { until } => waiting::locked(app, until),
        Screen::SessionOver(ending) => waiting::session_over(app, ending),
        Screen::Errand(errand) => errands::errand(app, errand),
        Screen::Held { until } => errands::held(app, until),
        Screen::Forgotten => errands::forgotten(app),
    }
}
