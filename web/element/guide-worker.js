// Guidance beside <face-login>. Before it stands the module that wasm-bindgen made of the crate `guide`, in the package.
// `face-login.js` starts it from a copy in memory, whose content was checked, and puts before it where the other files lie (`BASE`).

/** What it loads, and its SHA-384. Filled in by `cargo xtask package-web`. */
const FILES = {};

const { fetch } = self;
const load = name => fetch(new URL(name, BASE), { integrity: FILES[name] });
// The module asks for its weights by their names.
self.fetch = load;
await init({ module_or_path: load('guide_bg.wasm') });
