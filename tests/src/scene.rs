//! The page in a play: Cognito, the storage and the camera's permission say what the test wants, so that every state can be
//! looked at. What people can do is tested elsewhere against the stack.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use fantoccini::Locator;
use serde_json::{Value, json};

use crate::{browser::Browser, page::Page, places, ready::Ready, wait};

/// Longest until a page on a busy machine has come to where a hint can be given.
const LONGEST: Duration = Duration::from_mins(1);

/// Answers of Cognito wait in `window.answers`; without one the page waits too. Hints are given with `window.hint(number)`.
const PLAY: &str = "
    localStorage.setItem('face-login.manual', '1');
    window.answers = [];
    window.cameraProblem = '';
    const real = window.fetch;
    window.fetch = async (request, ...more) => {
        if ((request.method ?? 'GET') === 'GET') return real(request, ...more);
        while (!window.answers.length) await new Promise(done => setTimeout(done, 20));
        const [status, body] = window.answers.shift();
        if (!status) throw new TypeError('offline');
        return new Response(JSON.stringify(body), {status});
    };
    XMLHttpRequest.prototype.open = function () {};
    XMLHttpRequest.prototype.send = function () {
        Object.defineProperty(this, 'status', {get: () => 204});
        setTimeout(() => this.onloadend?.(new ProgressEvent('loadend')), 20);
    };
    const camera = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async wanted => {
        if (window.cameraProblem) throw new DOMException('no', window.cameraProblem);
        return camera(wanted);
    };
    globalThis.faceLoginGuide = async () => ({watch: (_, said) => { window.hint = said; return () => {}; }});
    navigator.permissions.query = async () => ({state: window.permission ?? 'granted'});";

/// Violations of axe's rules, one line each; targets of fingers that are less than 44 pixels wide or high.
const AUDIT: &str = "
    const done = arguments[arguments.length - 1];
    const seen = element => element.getClientRects().length > 0;
    const frame = document.querySelector('[data-step]');
    const targets = [...frame.querySelectorAll('button, .file, .tick, form > input')].filter(seen);
    const small = targets.filter(target => {
        const box = target.getBoundingClientRect();
        return box.width < 44 || box.height < 44;
    }).map(target => `too small: ${target.outerHTML.slice(0, 120)}`);
    const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth ? ['wider than the screen'] : [];
    axe.run(document, {rules: {'target-size': {enabled: true}}}).then(found => {
        const violations = found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.failureSummary}`));
        done({wrong: [...violations, ...small, ...wide], passes: found.passes.length});
    }, error => done({wrong: [String(error)], passes: 0}));";

/// A page in a play.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The page.
    pub page: Page<'a>,
    browser: &'a Browser,
    name: &'static str,
    /// What was wrong so far, by state.
    pub wrong: Vec<String>,
    /// States looked at.
    pub looked_at: Vec<String>,
}

impl<'a> Scene<'a> {
    /// Opens the page; `name` goes before the names of pictures.
    pub async fn open(browser: &'a Browser, ready: &Ready, name: &'static str) -> Self {
        let page = Page::open(browser, ready).await;
        let mut scene = Self {
            page,
            browser,
            name,
            wrong: Vec::new(),
            looked_at: Vec::new(),
        };
        scene.begin().await;
        scene
    }

    async fn begin(&mut self) {
        let axe = std::fs::read_to_string(places::axe());
        let axe = axe.expect("`cargo xtask test` installs axe-core under target/clients");
        self.page.script(&axe, vec![]).await;
        self.page.script(PLAY, vec![]).await;
    }

    /// Opens the page anew, with what an earlier visit kept under `key`.
    pub async fn visit_with(&mut self, key: &str, kept: &str, step: &str) {
        let keep = "localStorage.clear(); localStorage.setItem(arguments[0], arguments[1])";
        self.page.script(keep, vec![key.into(), kept.into()]).await;
        self.browser.client.refresh().await.expect("a reload");
        self.page.wait_for_step(&[step]).await;
        self.begin().await;
    }

    /// What Cognito will answer, one after the other.
    pub async fn answers(&self, answers: Value) {
        let push = "window.answers.push(...arguments[0])";
        self.page.script(push, vec![answers]).await;
    }

    /// What the camera, and the question for it, come to.
    pub async fn camera(&self, problem: &str, permission: &str) {
        let set = "window.cameraProblem = arguments[0]; window.permission = arguments[1]";
        self.page
            .script(set, vec![problem.into(), permission.into()])
            .await;
    }

    /// Waits for a step and looks at it.
    pub async fn look(&mut self, step: &str) {
        self.look_at(step, "").await;
    }

    /// Gives a hint, by its number, and looks at it; `name` is for the picture.
    pub async fn look_at_hint(&mut self, hint: u8, name: &str) {
        wait::until("a page that can be given a hint", LONGEST, async || {
            let given = "window.hint?.(arguments[0], null); return window.hint !== undefined";
            let given = self.page.script(given, vec![hint.into()]).await;
            (given == true).then_some(())
        })
        .await;
        self.page.read("hint").await;
        self.audit(format!("selfie {name}")).await;
    }

    /// Waits for a step and a thing in it, and looks at it.
    pub async fn look_at(&mut self, step: &str, thing: &str) {
        self.page.wait_for_step(&[step]).await;
        if !thing.is_empty() {
            self.page.read(thing).await;
        }
        self.audit(format!("{step} {thing}").trim().to_owned())
            .await;
    }

    async fn audit(&mut self, state: String) {
        let audit = self.browser.client.execute_async(AUDIT, vec![]).await;
        let audit = audit.expect("axe runs");
        let wrong = audit["wrong"].as_array().expect("a list").iter();
        self.wrong
            .extend(wrong.map(|wrong| format!("{} {state}: {wrong}", self.name)));
        assert!(
            0 < audit["passes"].as_u64().unwrap_or_default(),
            "axe looks"
        );
        self.picture(&state).await;
        self.looked_at.push(state);
    }

    /// Whether the heading has the focus, as after every change of step.
    pub async fn heading_has_focus(&self) -> bool {
        let script = "const heading = document.querySelector('[data-step] h1'); \
            return heading.getRootNode().activeElement === heading";
        self.page.script(script, vec![]).await == true
    }

    async fn picture(&self, state: &str) {
        let Some(folder) = places::pictures() else {
            return;
        };
        let body = self.browser.client.find(Locator::Css("html")).await;
        let picture = body.expect("a page").screenshot().await.expect("a picture");
        let before = self.looked_at.iter().filter(|seen| *seen == state).count();
        let again = [String::new(), format!("-{}", before + 1)];
        let name = format!(
            "{}-{}{}.png",
            self.name,
            state.replace(' ', "-"),
            again[before.min(1)]
        );
        std::fs::write(folder.join(name), picture).expect("the folder takes a picture");
    }
}

/// An answer of Cognito: a round. `more` changes parameters.
pub fn round(challenge: &str, state: &str, more: &Value) -> Value {
    let mut parameters = json!({
        "USERNAME": "u-1", "protocol": "face-login/1", "challenge": challenge, "state": state, "challengeId": "c-1",
        "uploadUrl": "http://127.0.0.1:1/nowhere", "uploadFields": "{}", "uploadMaxBytes": "2000000", "expiresAt": "9999999999",
        "attemptsLeft": "2", "retryAfterMs": "0", "consentVersion": "2026-11-2", "reason": "",
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        parameters[key] = value.clone();
    }
    json!([200, {"ChallengeName": "CUSTOM_CHALLENGE", "Session": "s", "ChallengeParameters": parameters}])
}

/// SRP's second half is asked for. Nobody checks the answer.
pub fn password() -> Value {
    json!([200, {"ChallengeName": "PASSWORD_VERIFIER", "Session": "s", "ChallengeParameters":
        {"SALT": "abcdef", "SRP_B": "1234567890abcdef", "SECRET_BLOCK": "AAAA", "USER_ID_FOR_SRP": "u-1", "USERNAME": "u-1"}}])
}

/// Tokens that nobody signed.
pub fn tokens() -> Value {
    let part = |claims: Value| URL_SAFE_NO_PAD.encode(claims.to_string());
    let token = |claims: Value| format!("e30.{}.c2ln", part(claims));
    let access = token(json!({"username": "u-1", "iat": 1_700_000_000, "exp": 4_000_000_000_u64}));
    let id = token(json!({"email": "ada@example.com", "sub": "u-1", "exp": 4_000_000_000_u64}));
    json!([200, {"AuthenticationResult": {"AccessToken": access, "IdToken": id, "RefreshToken": "r"}}])
}

/// An error of Cognito; `""` is no answer at all.
pub fn error(kind: &str) -> Value {
    match kind {
        "" => json!([0, null]),
        _ => json!([400, {"__type": kind, "message": "no"}]),
    }
}
