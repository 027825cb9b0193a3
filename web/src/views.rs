//! What is on the screen: one view per step, and the frame around them.

#![expect(
    unreachable_pub,
    reason = "the component macro of Leptos writes `pub` items"
)]

mod capture;
mod code;
mod consent;
mod forms;
mod notices;
mod parts;
mod signed_in;
mod waiting;

use leptos::{mount::mount_to, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use crate::{
    browser::window,
    challenge::Kind,
    run::App,
    steps::{Page, Recovery, SETUP_STEPS, Screen},
    words::{self, Text},
};

/// Starts the page in the element `page`, in place of what the HTML shows until then.
pub fn mount() {
    let document = window().document();
    let place = document.and_then(|document| document.get_element_by_id("page"));
    let Some(place) = place.and_then(|place| place.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    place.set_inner_html("");
    mount_to(place, || {
        let app = App::new();
        spawn_local(app.open());
        view! { <Shell app/> }
    })
    .forget();
}

/// The card with heading and notices, which stay in place so that screen readers hear what changes in them.
#[component]
fn Shell(app: App) -> impl IntoView {
    let screen = Memo::new(move |_| app.page.with(|page| page.screen));
    let step = Memo::new(move |_| app.page.with(Page::setup_step));
    let busy = parts::busy(app);
    let heading = NodeRef::<leptos::html::H1>::new();
    Effect::new(move |before: Option<Screen>| {
        let (now, language) = (screen.get(), app.language.get());
        tell_document(parts::say(app, title(now)), language.tag());
        if before.is_some_and(|before| before != now)
            && let Some(heading) = heading.get_untracked()
        {
            // An element that is on the page can be focused.
            let _ = heading.focus();
        }
        now
    });
    view! {
        <main data-step=move || screen.get().name() data-upload-sha256=move || app.uploaded.get() aria-busy=move || busy.get().to_string()>
            <p class="brand"><span class="mark" aria-hidden="true"></span>{move || words::text(app.language.get(), Text::ProductName)}</p>
            <section class="card">
                <p class="steps">{move || step.get().map(|number| steps_line(app, number))}</p>
                <h1 tabindex="-1" node_ref=heading>{move || { app.language.track(); parts::say(app, title(screen.get())) }}</h1>
                <notices::Notices app/>
                {move || content(app, screen.get())}
            </section>
        </main>
    }
}

fn tell_document(title: &str, language: &str) {
    if let Some(document) = window().document() {
        document.set_title(&format!("{title} · Face Login"));
        if let Some(root) = document.document_element() {
            // `lang` is an attribute that any element takes.
            let _ = root.set_attribute("lang", language);
        }
    }
}

fn steps_line(app: App, number: u8) -> String {
    let name = match number {
        1 => Text::StepEmail,
        2 => Text::StepCode,
        3 => Text::StepDocument,
        _ => Text::StepSelfie,
    };
    words::progress(app.language.get(), number, SETUP_STEPS, name)
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
    }
}

fn content(app: App, screen: Screen) -> AnyView {
    match screen {
        Screen::Loading => view! { <waiting::Loading app/> }.into_any(),
        Screen::Unusable(problem) => view! { <waiting::Unusable app problem/> }.into_any(),
        Screen::SignIn => view! { <forms::SignIn app/> }.into_any(),
        Screen::SignUp => view! { <forms::SignUp app/> }.into_any(),
        Screen::Recover(why) => view! { <forms::Recover app why/> }.into_any(),
        Screen::Code | Screen::RecoverCode => view! { <code::Code app screen/> }.into_any(),
        Screen::Consent => view! { <consent::Consent app/> }.into_any(),
        Screen::Document => view! { <capture::Capture app kind=Kind::Document/> }.into_any(),
        Screen::Selfie => view! { <capture::Capture app kind=Kind::Selfie/> }.into_any(),
        Screen::Checking => view! { <waiting::Checking app/> }.into_any(),
        Screen::SignedIn => view! { <signed_in::SignedIn app/> }.into_any(),
        Screen::Locked { until } => view! { <waiting::Locked app until/> }.into_any(),
        Screen::SessionOver(ending) => view! { <waiting::SessionOver app ending/> }.into_any(),
    }
}
