//! The page as people use it, found by its test ids.

use std::time::Duration;

use fantoccini::elements::{Element, ElementRef};
use serde_json::Value;

use crate::{browser::Browser, ready::Ready, visitor::Visitor, wait};

/// Longest that one step of the page may take on a busy machine: the camera, an upload and a judgement.
const LONGEST: Duration = Duration::from_mins(1);

/// What `WebDriver` calls an element in JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Tokens as a browser keeps them.
#[derive(Clone, Copy, Debug)]
pub struct StoredSession<'a> {
    /// Access token, fresh or not.
    pub access: &'a str,
    /// ID token, fresh or not.
    pub id: &'a str,
    /// Refresh token.
    pub refresh: &'a str,
}

/// The page, open in a browser.
#[derive(Debug)]
pub struct Page<'a> {
    browser: &'a Browser,
}

impl<'a> Page<'a> {
    /// Opens the page of a running stack.
    pub async fn open(browser: &'a Browser, ready: &Ready) -> Self {
        Self::open_at(browser, &ready.page).await
    }

    /// Opens the page at an address of its own.
    pub async fn open_at(browser: &'a Browser, address: &str) -> Self {
        let page = Self::at(browser, address).await;
        page.wait_for_step(&["sign-in", "signed-in"]).await;
        // Whoever wants photos that are taken by themselves says so.
        page.take_photos_by_the_button().await;
        page
    }

    /// Leads the browser to an address, whatever is shown there.
    pub async fn at(browser: &'a Browser, address: &str) -> Self {
        browser.client.goto(address).await.expect("the page loads");
        Self::here(browser)
    }

    /// Whatever page the browser's window shows.
    pub fn here(browser: &'a Browser) -> Self {
        Self { browser }
    }

    /// Where the browser is.
    pub async fn address(&self) -> String {
        let address = self.script("return location.href", vec![]).await;
        address.as_str().unwrap_or_default().to_owned()
    }

    /// Signs in with the camera's face, from the form until the page shows one of `steps`.
    pub async fn sign_in(&self, email: &str, steps: &[&str]) {
        self.ask_to_sign_in(email).await;
        self.wait_for_step(&["selfie"]).await;
        self.capture_until(steps).await;
    }

    /// Runs a script in the page.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.browser
            .client
            .execute(script, arguments)
            .await
            .expect("the script runs")
    }

    /// The step that the page shows; empty while it shows none.
    pub async fn step(&self) -> String {
        let step = self
            .script(
                "return document.querySelector('[data-step]')?.dataset.step ?? ''",
                vec![],
            )
            .await;
        step.as_str().unwrap_or_default().to_owned()
    }

    /// Waits for one of `steps`, and gives it.
    pub async fn wait_for_step(&self, steps: &[&str]) -> String {
        let looking = tokio::time::timeout(LONGEST, async {
            loop {
                let step = self.step().await;
                if steps.contains(&step.as_str()) {
                    return step;
                }
                wait::pause(Duration::from_millis(50)).await;
            }
        });
        match looking.await {
            Ok(step) => step,
            Err(too_long) => panic!(
                "{too_long}: none of {steps:?} within {LONGEST:?}; the page shows: {}",
                self.text().await
            ),
        }
    }

    /// Everything that can be read on the page, for failures.
    pub async fn text(&self) -> String {
        let seen = self.script("return (document.querySelector('[data-step]')?.dataset.step ?? '') + ': ' + document.body.innerText", vec![]).await;
        seen.as_str().unwrap_or_default().to_owned()
    }

    /// Waits for the first element that fits. Scripts look for it, so that a test can let them look into a shadow root too.
    async fn found(&self, what: &str, css: &str) -> Element {
        let looking = tokio::time::timeout(LONGEST, async {
            loop {
                let script = "return document.querySelector(arguments[0])";
                let found = self.script(script, vec![css.into()]).await;
                if let Some(id) = found[ELEMENT].as_str() {
                    return ElementRef::from(id.to_owned());
                }
                wait::pause(Duration::from_millis(50)).await;
            }
        });
        match looking.await {
            Ok(found) => Element::from_element_id(self.browser.client.clone(), found),
            Err(too_long) => panic!(
                "no {what} within {LONGEST:?}: {too_long}; the page shows: {}",
                self.text().await
            ),
        }
    }

    /// Waits for an element that is not disabled.
    async fn usable(&self, test_id: &str) -> Element {
        let css = format!("[data-testid='{test_id}']:not(:disabled)");
        self.found(&format!("usable {test_id}"), &css).await
    }

    /// The value of a CSS property of the first element that fits.
    pub async fn style(&self, css: &str, property: &str) -> String {
        let script = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]";
        let value = self.script(script, vec![css.into(), property.into()]).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Clicks.
    pub async fn click(&self, test_id: &str) {
        self.usable(test_id)
            .await
            .click()
            .await
            .unwrap_or_else(|error| panic!("clicking {test_id}: {error}"));
    }

    /// Types.
    pub async fn write(&self, test_id: &str, text: &str) {
        let element = self.usable(test_id).await;
        element
            .clear()
            .await
            .unwrap_or_else(|error| panic!("clearing {test_id}: {error}"));
        element
            .send_keys(text)
            .await
            .unwrap_or_else(|error| panic!("writing into {test_id}: {error}"));
    }

    /// Chooses a file.
    pub async fn choose(&self, test_id: &str, path: &str) {
        let css = format!("[data-testid='{test_id}']");
        let element = self.found(test_id, &css).await;
        element
            .send_keys(path)
            .await
            .unwrap_or_else(|error| panic!("choosing a file: {error}"));
    }

    /// Text of an element, once it is there and not empty.
    pub async fn read(&self, test_id: &str) -> String {
        let css = format!("[data-testid='{test_id}']");
        wait::until(&format!("text in {test_id}"), LONGEST, async || {
            let text = self
                .script(
                    "return document.querySelector(arguments[0])?.innerText ?? ''",
                    vec![css.clone().into()],
                )
                .await;
            text.as_str()
                .filter(|text| !text.trim().is_empty())
                .map(str::to_owned)
        })
        .await
    }

    /// Attribute of an element, once it is there and not empty.
    pub async fn attribute(&self, css: &str, name: &str) -> String {
        wait::until(&format!("{name} of {css}"), LONGEST, async || {
            let script =
                "return document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? ''";
            let value = self.script(script, vec![css.into(), name.into()]).await;
            value
                .as_str()
                .filter(|value| !value.is_empty())
                .map(str::to_owned)
        })
        .await
    }

    /// Leaves photos to the button, in this browser.
    pub async fn take_photos_by_the_button(&self) {
        self.script("localStorage.setItem('face-login.manual', '1')", vec![])
            .await;
    }

    /// Lets the page take photos by itself, as it does for people.
    pub async fn take_photos_by_itself(&self) {
        self.script("localStorage.removeItem('face-login.manual')", vec![])
            .await;
    }

    /// Whether the oval is green, and how many pictures of the camera were looked at.
    pub async fn guidance(&self) -> (bool, u64) {
        let seen = "return [document.querySelector('.frame.right') !== null, \
            Number(document.querySelector('[data-frames]')?.dataset.frames ?? 0)]";
        let seen = self.script(seen, vec![]).await;
        (seen[0] == true, seen[1].as_u64().unwrap_or_default())
    }

    /// Name of the camera behind the preview; turns it on where the page asks first.
    pub async fn camera(&self) -> String {
        let turn_on = "document.querySelector(\"[data-testid='camera-start']\")?.click(); \
            return document.querySelector(\"[data-testid='camera'][data-track-label]\") !== null";
        wait::until("the camera", LONGEST, async || {
            (self.script(turn_on, vec![]).await == true).then_some(())
        })
        .await;
        self.attribute("[data-testid='camera']", "data-track-label")
            .await
    }

    /// SHA-256 of the bytes that the page sent last, hexadecimal.
    pub async fn sent(&self) -> String {
        self.attribute("[data-step]", "data-upload-sha256").await
    }

    /// The server's reason as the page shows it: code and sentence.
    pub async fn reason(&self) -> (String, String) {
        let code = self
            .attribute("[data-testid='reason']", "data-reason")
            .await;
        (code, self.read("reason").await)
    }

    /// Fills in the first form of a sign-in.
    pub async fn ask_to_sign_in(&self, email: &str) {
        self.write("email", email).await;
        self.click("send").await;
    }

    /// "Can't sign in with your face?" up to the code of the mail.
    pub async fn prove_mailbox(&self, visitor: &Visitor, email: &str) {
        self.click("cannot-sign-in").await;
        self.wait_for_step(&["recover"]).await;
        self.write("email", email).await;
        self.click("send").await;
        self.wait_for_step(&["recover-code"]).await;
        let code = visitor.local.code(email, "ForgotPassword", 1).await;
        self.write("code", &code).await;
        self.click("send").await;
    }

    /// Takes a picture once the camera runs.
    pub async fn capture(&self) {
        self.camera().await;
        self.browser.change_reel();
        self.click("capture").await;
    }

    /// Takes pictures until the page shows one of `steps`. A film repeats itself, which no camera does: a picture that
    /// was judged before is taken again.
    pub async fn capture_until(&self, steps: &[&str]) {
        for _ in 0..3 {
            self.watch().await;
            self.capture().await;
            if self.outcome(steps).await {
                return;
            }
        }
        panic!("three pictures were not enough");
    }

    /// Chooses a picture file, again if the service was busy, until the page shows one of `steps`.
    pub async fn choose_until(&self, path: &str, steps: &[&str]) {
        for _ in 0..3 {
            self.watch().await;
            self.choose("file", path).await;
            if self.outcome(steps).await {
                return;
            }
        }
        panic!("three times the picture were not enough");
    }

    /// Notes whether the page gets busy from now on.
    pub async fn watch(&self) {
        let watch = "const main = document.querySelector('[data-step]'); window.wasBusy = false; \
            new MutationObserver(() => { window.wasBusy ||= main.ariaBusy === 'true' }) \
            .observe(main, {attributes: true, attributeFilter: ['aria-busy']})";
        self.script(watch, vec![]).await;
    }

    /// Whether one of `steps` came of a photo since [`Self::watch`], rather than something that another photo may help.
    pub async fn outcome(&self, steps: &[&str]) -> bool {
        let state = "const main = document.querySelector('[data-step]'); \
            return [main?.dataset.step ?? '', window.wasBusy && main?.ariaBusy === 'false', \
            document.querySelector(\"[data-testid='reason'],[data-testid='error']\")?.dataset.reason ?? 'error']";
        let refused = wait::until(&format!("{steps:?} or a reason"), LONGEST, async || {
            let now = self.script(state, vec![]).await;
            let text = |at: usize| now[at].as_str().unwrap_or_default().to_owned();
            if steps.contains(&text(0).as_str()) {
                return Some(None);
            }
            let answered = now[1] == true && text(0) != "checking";
            answered.then(|| Some(text(2)))
        })
        .await;
        let Some(reason) = refused else { return true };
        assert!(
            ["PHOTO_REUSED", "BUSY"].contains(&reason.as_str()),
            "the photo was refused; the page shows: {}",
            self.text().await
        );
        false
    }

    /// Lets the page's next requests (not its uploads) wait for [`Self::release_requests`].
    pub async fn hold_requests(&self) {
        let script = "const real = window.fetch; const gate = new Promise(open => { window.openTheGate = open }); \
            window.fetch = async (...request) => { await gate; return real.apply(window, request) }";
        self.script(script, vec![]).await;
    }

    /// Sends what was held.
    pub async fn release_requests(&self) {
        self.script("window.openTheGate()", vec![]).await;
    }

    /// The ID token that the page keeps, where Amplify would look for it.
    pub async fn id_token(&self) -> String {
        let script = "return Object.entries(localStorage).find(([key]) => key.startsWith('CognitoIdentityServiceProvider.') && key.endsWith('.idToken'))?.[1] ?? ''";
        let token = self.script(script, vec![]).await;
        token
            .as_str()
            .filter(|token| !token.is_empty())
            .expect("the page keeps an ID token")
            .to_owned()
    }

    /// Puts a session where Amplify would have put it.
    pub async fn keep_session(&self, ready: &Ready, username: &str, session: &StoredSession<'_>) {
        let prefix = format!("CognitoIdentityServiceProvider.{}", ready.client_id);
        for (key, value) in [
            (format!("{prefix}.LastAuthUser"), username),
            (format!("{prefix}.{username}.accessToken"), session.access),
            (format!("{prefix}.{username}.idToken"), session.id),
            (format!("{prefix}.{username}.refreshToken"), session.refresh),
        ] {
            self.script(
                "localStorage.setItem(arguments[0], arguments[1])",
                vec![key.into(), value.into()],
            )
            .await;
        }
    }

    /// What the page keeps for the next visit, by key.
    pub async fn kept(&self) -> Value {
        self.script(
            "return Object.fromEntries(Object.entries(localStorage))",
            vec![],
        )
        .await
    }
}
