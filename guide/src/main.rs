//! The worker's entry point: `wasm-bindgen` runs it when the module is loaded.

fn main() {
    #[cfg(target_arch = "wasm32")]
    face_login_guide::start();
}
