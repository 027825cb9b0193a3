//! `<face-login>`, as its npm package has it, in an app with a page and a content policy of its own.

use crate::{app::App, places, ready::Ready};

/// What the package's README asks of an app's policy for guidance.
pub const GUIDED: &str = "worker-src blob:; trusted-types face-login";

/// The app's own script. It counts what has to end with the element, keeps what goes wrong, and lets tests look into the element as they look at the page.
const SCRIPT: &str = "
    window.told = []; window.errors = []; window.violations = []; window.listening = 0; window.workers = 0; window.seen = [];
    addEventListener('error', event => errors.push(event.message));
    addEventListener('unhandledrejection', event => errors.push(String(event.reason)));
    document.addEventListener('securitypolicyviolation', event => violations.push(event.violatedDirective + ' ' + event.blockedURI));
    for (const kind of ['storage', 'visibilitychange', 'devicechange']) {
        for (const target of [window, document, navigator.mediaDevices]) {
            const [add, remove] = [target.addEventListener, target.removeEventListener];
            target.addEventListener = function (type, ...rest) { if (type === kind) listening += 1; return add.call(this, type, ...rest) };
            target.removeEventListener = function (type, ...rest) { if (type === kind) listening -= 1; return remove.call(this, type, ...rest) };
        }
    }
    window.Worker = class extends Worker {
        constructor(...given) { super(...given); workers += 1 }
        terminate() { super.terminate(); workers -= 1 }
    };
    for (const type of ['step', 'signed-in', 'failed']) document.addEventListener(type, ({ detail }) => told.push([type, detail]));
    const find = document.querySelector.bind(document);
    document.querySelector = css => find(css) ?? find('face-login')?.shadowRoot?.querySelector(css) ?? null;
    const looks = new MutationObserver(changes => {
        for (const { target } of changes) if (target.classList?.contains('frame')) seen.push(target.className);
    });
    customElements.whenDefined('face-login').then(() =>
        looks.observe(find('face-login').shadowRoot, { subtree: true, attributeFilter: ['class'] }));
";

/// Gives `app` the package's files and a page with the element. Its policy admits nothing but what is needed, and `more`.
pub fn furnish(app: &App, ready: &Ready, attributes: &str, more: &str) {
    app.files_of(&places::element());
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' {} {}; require-trusted-types-for 'script'; {more}",
        ready.cognito, ready.s3
    );
    let page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>App</title><meta name=viewport content=\"width=device-width, initial-scale=1\">\
        <meta name=color-scheme content=\"light dark\"><meta http-equiv=Content-Security-Policy content=\"{policy}\">\
        <script src=app.js></script><script type=module src=face-login.js></script><header><h1>App</h1></header>\
        <main><face-login pool={} client={} endpoint={} {attributes}>No sign-in here.</face-login></main>",
        ready.user_pool_id, ready.client_id, ready.cognito
    );
    app.file("app.js", SCRIPT.as_bytes());
    app.file("index.html", page.as_bytes());
}
