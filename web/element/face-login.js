// <face-login>: sign-in with e-mail and a selfie, inside an app's own page.
// Before it stand the module that wasm-bindgen made and `guide` (of web/static/guide-camera.js), in the package. Everything else is loaded beside this file, and only with the right content.

/** What lies beside this file, and its SHA-384. Filled in by `cargo xtask package-web`. */
const FILES = {};
const BASE = new URL('.', import.meta.url);

const load = async name => {
  const response = await fetch(new URL(name, BASE), FILES[name] ? { integrity: FILES[name] } : {});
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response;
};

// Once for all elements of a page.
let loading;
const ready = async () => {
  await init({ module_or_path: load('face-login.wasm') });
  const { faceLoginElement } = globalThis;
  delete globalThis.faceLoginElement;
  const style = new CSSStyleSheet();
  await style.replace(await (await load('face-login.css')).text());
  return { ...faceLoginElement, style };
};
// A network that was lost may be back for the next element.
const module = () => loading ??= ready().catch(error => {
  loading = undefined;
  throw error;
});

const words = {};

// Guidance, once a camera is wanted. The worker starts from a copy in memory, because nothing else holds a worker's script to its digest. Whatever fails,
// or is forbidden by the app's policy, leaves people the button.
let guiding;
const guidance = async () => {
  const script = await (await load('guide-worker.js')).text();
  const base = `const BASE = ${JSON.stringify(BASE.href)};\n`;
  return guide(URL.createObjectURL(new Blob([base, script], { type: 'text/javascript' })));
};
// The WebAssembly's one way to it.
globalThis.faceLoginGuide = () => guiding ??= guidance().catch(error => {
  guiding = undefined;
  throw error;
});

// Steps from which a person can't go on by themselves, or not now.
const FAILED = ['unusable', 'locked', 'session-over'];

const ATTRIBUTES = { pool: 'userPoolId', client: 'clientId', region: 'region', endpoint: 'cognitoEndpoint', language: 'language' };

export class FaceLogin extends HTMLElement {
  static observedAttributes = Object.keys(ATTRIBUTES);

  #root = this.attachShadow({ mode: 'open' });
  #mounted;
  #observer;
  #turn = 0;

  /** The step that is shown; empty before the first. */
  get step() {
    return this.#root.querySelector('[data-step]')?.dataset.step ?? '';
  }

  /** The session of whoever is signed in, or null. Access and ID tokens are renewed a minute before they end. */
  get session() {
    const prefix = `CognitoIdentityServiceProvider.${this.getAttribute('client')}`;
    const username = localStorage.getItem(`${prefix}.LastAuthUser`);
    const item = name => localStorage.getItem(`${prefix}.${username}.${name}`);
    const [accessToken, idToken] = [item('accessToken'), item('idToken')];
    return username && accessToken && idToken ? { username, accessToken, idToken } : null;
  }

  /** Signs out, here and at Cognito. */
  signOut() {
    this.#mounted?.signOut();
  }

  connectedCallback() {
    this.#mount();
  }

  disconnectedCallback() {
    this.#unmount();
  }

  attributeChangedCallback(_, before, after) {
    if (this.isConnected && before !== after && this.#turn) this.#mount();
  }

  async #mount() {
    this.#unmount();
    const turn = this.#turn;
    const gone = () => turn !== this.#turn;
    try {
      const { language, mount, style } = await module();
      const attributes = this.#attributes();
      const tag = language(attributes.language);
      words[tag] ??= await (await load(`words-${tag}.json`)).json();
      if (gone()) return;
      this.#root.adoptedStyleSheets = [style];
      const place = document.createElement('div');
      this.#root.replaceChildren(place);
      this.#observer = new MutationObserver(() => this.#look());
      this.#observer.observe(place, { subtree: true, childList: true, attributeFilter: ['data-step'] });
      this.#mounted = mount(place, attributes, words[tag]);
    } catch (error) {
      if (gone()) return;
      this.#root.replaceChildren(document.createElement('slot'));
      this.#tell('failed', { step: 'unusable', error });
    }
  }

  #attributes() {
    const given = Object.entries(ATTRIBUTES).filter(([name]) => this.hasAttribute(name));
    const attributes = Object.fromEntries(given.map(([name, key]) => [key, this.getAttribute(name)]));
    attributes.region ??= attributes.userPoolId?.split('_')[0];
    return attributes;
  }

  #unmount() {
    this.#turn += 1;
    this.#observer?.disconnect();
    this.#mounted?.unmount();
    this.#mounted = this.#observer = this.#told = undefined;
    this.#root.replaceChildren();
  }

  #told;

  #look() {
    const step = this.step;
    if (!step || step === this.#told) return;
    this.#told = step;
    this.#tell('step', { step });
    if (step === 'signed-in') this.#tell('signed-in', this.session);
    if (FAILED.includes(step)) this.#tell('failed', { step });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

customElements.define('face-login', FaceLogin);
