//! The entry point of the custom element's module.

fn main() {
    #[cfg(target_arch = "wasm32")]
    face_login_web::element::offer();
}
