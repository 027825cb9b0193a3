// Looks at the camera's pictures, beside the page. `guide.js` and `guide_bg.wasm` are what wasm-bindgen makes of the crate `guide`.
import init from './guide.js';

await init({ module_or_path: './guide_bg.wasm' });
