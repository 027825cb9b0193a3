//! The only place that prints.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line tool talks on its standard streams"
)]

/// A line for the person who runs the command.
pub(crate) fn line(text: &str) {
    println!("{text}");
}

/// What begins now; everything that may take over two seconds is announced.
pub(crate) fn step(text: &str) {
    println!("==> {text}");
}

/// Why the command failed.
pub(crate) fn error(text: &str) {
    eprintln!("error: {text}");
}
