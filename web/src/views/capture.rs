//! Taking a photo: preview, oval, button, and a file where the camera is no way.

use leptos::{
    ev,
    html::{Input, Video},
    prelude::*,
};
use web_sys::HtmlVideoElement;

use super::{
    errands::keep,
    guidance::Guidance,
    parts::{
        Look, ORNAMENT, View, block, busy, button, cannot_sign_in, follow, live, nav, paragraph,
        plain, say, stack, to_sign_in, try_again, way,
    },
    viewfinder::Viewfinder,
};
use crate::{
    browser::{camera, photo::Source, play, spawn},
    camera_problem::{CameraProblem, Help},
    challenge::Kind,
    finder::{Event, Preview, Seen},
    run::App,
    steps::{Activity, Link, Page},
    words::{self, Text},
};

/// The step.
pub(super) fn capture(app: App, kind: Kind) -> View {
    let finder = Viewfinder::open(kind);
    let guidance = Guidance::start(app, finder, kind);
    follow(move || freeze(finder.video, busy(app)));
    let (about, file) = match kind {
        Kind::Document => (Text::DocumentIntro, Text::ChooseFile),
        Kind::Selfie => (Text::SelfieIntro, Text::ChooseSelfie),
    };
    let (signed_in, can_replace) = app
        .page
        .with_untracked(|page| (page.session().is_some(), page.can_replace()));
    let ways = match kind {
        Kind::Selfie if can_replace => vec![my_face_changed(app), to_sign_in(app)],
        Kind::Selfie if !signed_in => vec![cannot_sign_in(app), to_sign_in(app)],
        _ => vec![to_sign_in(app)],
    };
    stack(vec![
        paragraph(
            "intro",
            None,
            None,
            live(move || format!("{} ", say(app, about))),
            live(move || tries(app)),
        ),
        frame(app, finder, guidance),
        guidance.words(),
        block(move || progress(app)),
        try_again(app),
        shutter(app, finder),
        file_button(app, finder, file),
        guidance.choice(),
        switch(app, finder),
        keep(app),
        nav(ways),
    ])
}

fn my_face_changed(app: App) -> View {
    way(
        app,
        Look::Quiet,
        Link::Replace,
        Text::FaceChanged,
        "face-changed",
    )
}

/// The picture stands still while it is sent: what was taken is what is seen.
fn freeze(video: NodeRef<Video>, still: bool) {
    match video.get_untracked() {
        // Pausing what does not play changes nothing.
        Some(video) if still => drop(video.pause()),
        Some(video) => spawn(play(video)),
        None => {}
    }
}

fn tries(app: App) -> String {
    let left = app.page.with(|page| {
        let judged = page
            .challenge()
            .filter(|challenge| challenge.reason.is_some());
        judged.map(|challenge| challenge.attempts_left)
    });
    left.map(|left| app.words.tries_left(left))
        .unwrap_or_default()
}

/// The preview, or what to do instead. The video stays in the page so that the camera finds it.
fn frame(app: App, finder: Viewfinder, guidance: Guidance) -> View {
    let class = live(move || match finder.seen.get() {
        Seen::Opening | Seen::Asking | Seen::Hidden => "frame starting".to_owned(),
        Seen::Live(Preview::Mirrored) => format!("frame live mirrored{}", guidance.class()),
        Seen::Live(Preview::Plain) => format!("frame live{}", guidance.class()),
        Seen::Priming | Seen::Problem(_) => "frame off".to_owned(),
    });
    let over = block(move || {
        let text = match finder.seen.get() {
            Seen::Asking => Text::CameraStarting,
            Seen::Hidden => Text::CameraHidden,
            _ => return None,
        };
        Some(plain("over", say(app, text)))
    });
    let instead = block(move || match finder.seen.get() {
        Seen::Priming => Some(plain("notice", say(app, Text::CameraPriming))),
        Seen::Problem(problem) => Some(trouble(app, problem)),
        _ => None,
    });
    view! {
        <div class=class>
            <video data-testid="camera" autoplay muted prop:muted=true playsinline aria-label=say(app, Text::CameraPicture) node_ref=finder.video></video>
            <div class="oval" aria-hidden=ORNAMENT></div>
            {over}
        </div>
        {instead}
    }
    .into_any()
}

/// What is wrong with the camera, and what can be done about it in the browser at hand.
fn trouble(app: App, problem: CameraProblem) -> View {
    let help = match problem {
        CameraProblem::Denied => say(app, words::help(Help::of(&camera::user_agent()))),
        _ => "",
    };
    let said = say(app, words::camera(problem));
    paragraph(
        "notice warning",
        Some("camera-problem"),
        Some("alert"),
        live(move || format!("{said} {help}")),
        live(String::new),
    )
}

fn progress(app: App) -> Option<View> {
    let Activity::Sending(percent) = app.page.with(|page| page.activity) else {
        return None;
    };
    let bar = view! {
        <label class="sending">
            <span>{say(app, Text::Sending)}</span>
            <progress data-testid="progress" max="100" value=percent.to_string()></progress>
        </label>
    };
    Some(bar.into_any())
}

/// The button stays within reach of keyboards whatever the picture shows: the server judges it.
/// It steps back where the photo in hand can be sent again, and makes place where there is no picture.
fn shutter(app: App, finder: Viewfinder) -> View {
    let look = move || {
        let in_hand = app.page.with(Page::can_try_again);
        if in_hand {
            Look::Secondary.class()
        } else {
            Look::Primary.class()
        }
    };
    let ready = move || matches!(finder.seen.get(), Seen::Live(_)) && !busy(app);
    let take = move || {
        if let Some(video) = finder.video.get_untracked() {
            spawn(app.photograph(Source::Camera(HtmlVideoElement::clone(&video))));
        }
    };
    let ask = move |look: Look, testid, text| {
        let press = move || finder.happened(Event::Pressed);
        let look = live(move || look.class());
        button(look, testid, say(app, text), live(|| false), press)
    };
    block(move || {
        Some(match finder.seen.get() {
            Seen::Priming => ask(Look::Primary, "camera-start", Text::CameraStart),
            Seen::Problem(_) => ask(Look::Secondary, "camera-again", Text::CameraAgain),
            _ => button(
                live(look),
                "capture",
                say(app, Text::TakePhoto),
                live(move || !ready()),
                take,
            ),
        })
    })
}

/// Where there is more than one camera.
fn switch(app: App, finder: Viewfinder) -> View {
    block(move || {
        let possible = finder.others.get() && matches!(finder.seen.get(), Seen::Live(_));
        possible.then(|| {
            button(
                live(|| Look::Quiet.class()),
                "camera-switch",
                say(app, Text::CameraSwitch),
                live(move || busy(app)),
                move || finder.happened(Event::Switched),
            )
        })
    })
}

fn file_button(app: App, finder: Viewfinder, label: Text) -> View {
    let file = NodeRef::<Input>::new();
    let chosen: Box<dyn FnMut(ev::Event)> = Box::new(move |_| {
        let Some(input) = file.get_untracked() else {
            return;
        };
        let picked = input.files().and_then(|files| files.get(0));
        // So that the same file can be chosen again.
        input.set_value("");
        if let Some(picked) = picked {
            spawn(app.photograph(Source::File(picked.into())));
        }
    });
    let class = live(move || {
        if finder.seen.get().problem().is_some() {
            "file primary"
        } else {
            "file secondary"
        }
    });
    view! {
        <label class=class>
            <input type="file" accept="image/*" data-testid="file" disabled=live(move || busy(app)) node_ref=file on:change=chosen/>
            <span>{say(app, label)}</span>
        </label>
    }
    .into_any()
}
