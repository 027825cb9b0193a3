//! xtask: every command of the README.
fn main() {}
