//! Carries out the plans of the state machine and reports what came of them.

use leptos::prelude::*;

use crate::{
    browser::{self, clock, fetch, json, leave, listen, photo, storage, upload},
    challenge::Form,
    cognito::{Next, Question},
    consent,
    failure::UploadFailure,
    settings::{Settings, SettingsProblem},
    steps::{Happened, Page, Plan},
    words::{self, Words},
};

/// What the sign-in is shown in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// A page of its own, which has a title and leads back to apps.
    Page,
    /// An element of somebody else's page.
    Element,
}

/// The running page. A handle that views copy into their listeners.
#[derive(Clone, Copy)]
pub(crate) struct App {
    /// The state.
    pub(crate) page: RwSignal<Page>,
    /// What it says.
    pub(crate) words: &'static Words,
    /// SHA-256 of what was uploaded last; empty before.
    pub(crate) uploaded: RwSignal<String>,
    /// What it is shown in.
    pub(crate) host: Host,
    settings: StoredValue<Option<Settings>>,
    photo: StoredValue<Option<photo::Photo>, LocalStorage>,
}

impl App {
    /// A page that has not read its configuration yet.
    pub(crate) fn new(words: &'static Words, host: Host) -> Self {
        Self {
            page: RwSignal::new(Page::default()),
            words,
            uploaded: RwSignal::new(String::new()),
            host,
            settings: StoredValue::new(None),
            photo: StoredValue::new_local(None),
        }
    }

    /// Begins with the configuration and what earlier visits left. A file of words with another consent text is as bad as no configuration.
    pub(crate) fn open(self, settings: Result<Settings, SettingsProblem>) {
        match settings {
            Ok(_) if self.words.consent_version() != consent::VERSION => {
                self.happened(Happened::Unusable(SettingsProblem::OtherVersion));
            }
            Err(problem) => self.happened(Happened::Unusable(problem)),
            Ok(settings) => {
                watch_other_tabs(self, settings.client_id.clone());
                let (kept, pending) = (
                    storage::kept(&settings.client_id),
                    storage::pending(&settings.client_id),
                );
                self.settings.set_value(Some(settings));
                self.happened(Happened::Opened { kept, pending });
            }
        }
    }

    /// Tells the state machine and does what it asks for.
    pub(crate) fn happened(self, event: Happened) {
        let plans = self
            .page
            .try_update(|page| page.after(event, clock::now()))
            .unwrap_or_default();
        let run = self.run();
        for plan in plans {
            self.carry_out(plan, run);
        }
    }

    /// A photo from the camera or a file.
    pub(crate) async fn photograph(self, source: photo::Source) {
        let run = self.run();
        let photo = photo::taken(source, self.max_bytes()).await;
        self.take(run, photo);
    }

    fn take(self, run: Option<u32>, photo: Option<photo::Photo>) {
        if !self.is_at(run) {
            return;
        }
        let event = if photo.is_some() {
            Happened::PhotoTaken
        } else {
            Happened::PhotoUnreadable
        };
        self.photo.set_value(photo);
        self.report(run, event);
    }

    /// Whose app asked for a sign-in.
    pub(crate) fn asked_by(self) -> Option<String> {
        let settings = self
            .settings
            .get_value()
            .filter(|_| self.host == Host::Page)?;
        leave::destination(&settings.return_origins).map(|to| to.origin)
    }

    fn max_bytes(self) -> u32 {
        self.page
            .with_untracked(|page| page.upload_form().map_or(0, |form| form.max_bytes))
    }

    /// `None` once it was taken off the screen.
    fn run(self) -> Option<u32> {
        self.page.try_with_untracked(|page| page.run)
    }

    /// Like [`Self::happened`], unless the user has turned elsewhere since.
    fn report(self, run: Option<u32>, event: Happened) {
        if self.is_at(run) {
            self.happened(event);
        }
    }

    fn is_at(self, run: Option<u32>) -> bool {
        run.is_some() && run == self.run()
    }

    fn carry_out(self, plan: Plan, run: Option<u32>) {
        let Some(settings) = self.settings.get_value() else {
            return;
        };
        match plan {
            Plan::Remember(pending) => storage::remember(&settings.client_id, &pending),
            Plan::Forget => storage::forget(&settings.client_id),
            Plan::Keep(session) => storage::keep(&settings.client_id, &session),
            Plan::Drop(session) => storage::drop(&settings.client_id, &session),
            Plan::Return(session) if self.host == Host::Page => {
                leave::go(&settings.return_origins, &session);
            }
            request => browser::spawn(self.request(settings, request, run)),
        }
    }

    async fn request(self, settings: Settings, plan: Plan, run: Option<u32>) {
        if let Some(moment) = plan.not_before() {
            clock::sleep_until(moment).await;
        }
        // The user may have turned elsewhere meanwhile.
        if !self.is_at(run) {
            return;
        }
        if let Plan::Upload(form) = plan {
            return self.upload(&form, run).await;
        }
        let login = self
            .page
            .with_untracked(|page| page.email.as_ref().map(|email| email.as_str().to_owned()));
        let login = login.unwrap_or_default();
        let mut question = Question::of(freshest(&settings, plan));
        while let Some(asked) = question {
            question = match asked.ask(&settings, &login).await {
                Next::Ask(next) => Some(next),
                Next::Happened(event) => {
                    self.report(run, event);
                    None
                }
            };
        }
    }

    async fn upload(self, form: &Form, run: Option<u32>) {
        let Some(photo) = self.photo.get_value() else {
            return self.report(run, Happened::Uploaded(Err(UploadFailure::Refused)));
        };
        let progress = move |done| self.report(run, Happened::Sent(done));
        let sent = upload::send(form, &photo.blob, progress).await;
        if sent.is_ok() && self.is_at(run) {
            self.uploaded.set(photo.sha256);
            self.photo.set_value(None);
        }
        self.report(run, Happened::Uploaded(sent));
    }
}

/// Another tab may have renewed (or rotated) the tokens meanwhile: what is kept counts.
fn freshest(settings: &Settings, plan: Plan) -> Plan {
    match plan {
        Plan::Renew {
            session,
            not_before,
        } => {
            let kept =
                storage::kept(&settings.client_id).filter(|kept| kept.username == session.username);
            Plan::Renew {
                session: kept.unwrap_or(session),
                not_before,
            }
        }
        other => other,
    }
}

/// Reads `config.json`.
pub(crate) async fn read_settings() -> Result<Settings, SettingsProblem> {
    let reply = fetch::get("config.json")
        .await
        .filter(|reply| reply.ok)
        .ok_or(SettingsProblem::Unusable)?;
    Settings::read(
        |key| json::text(&reply.body, key),
        |key| json::list(&reply.body, key),
    )
}

/// Loads the words. They stay as long as the page.
pub(crate) async fn read_words(
    settings: &Result<Settings, SettingsProblem>,
) -> Option<&'static Words> {
    let allowed = settings
        .as_ref()
        .map_or(&[][..], |settings| &settings.languages);
    let tag = words::choose(&browser::preferred_languages(), allowed);
    let reply = fetch::get(&format!("words-{tag}.json")).await?;
    let entries = json::entries(&reply.body);
    (reply.ok && !entries.is_empty()).then(|| &*Box::leak(Box::new(Words::new(tag, entries))))
}

/// Signing out in one tab signs out in all.
fn watch_other_tabs(app: App, client_id: String) {
    listen(browser::window().into(), "storage", move || {
        if storage::is_signed_out(&client_id) {
            app.happened(Happened::SignedOutElsewhere);
        }
    });
}
