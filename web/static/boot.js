// Loads the page's WebAssembly. `app.js` and `app_bg.wasm` are what wasm-bindgen makes of the crate.
const cannotStart = () => {
  document.querySelector('.spinner')?.remove();
  document.getElementById('no-start')?.removeAttribute('hidden');
};

// Called when a camera is wanted.
globalThis.faceLoginGuide = () => import('./guide-camera.js');

try {
  const { default: init } = await import('./app.js');
  await init({ module_or_path: './app_bg.wasm' });
} catch (error) {
  cannotStart();
  throw error;
}
