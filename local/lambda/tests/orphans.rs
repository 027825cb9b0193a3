//! Lambda processes must not outlive a stack that is killed with -9.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the test runs from a file");
    let profile = test
        .ancestors()
        .nth(2)
        .expect("tests run from target/<profile>/deps");
    profile.join("examples").join(name)
}

/// Looks for the mark for up to ten seconds.
fn appears(mark: &Path) -> bool {
    (0..200).any(|_| {
        thread::sleep(Duration::from_millis(50));
        mark.exists()
    })
}

#[test]
fn processes_end_when_the_stack_is_killed() {
    for (name, busy_ms) in [("idle", "0"), ("in the middle of an invocation", "1500")] {
        let dir = tempfile::tempdir().unwrap();
        let mark = dir.path().join("ended");
        let mut stack = Command::new(example("mortal_stack"))
            .args([
                example("probe").as_path(),
                dir.path(),
                &mark,
                Path::new(busy_ms),
            ])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(stack.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert_eq!(line, "invoked\n", "{name}");
        assert!(
            !mark.exists(),
            "{name}: the process stays while the stack lives"
        );
        // SIGKILL: the stack gets no chance to clean up.
        stack.kill().unwrap();
        stack.wait().unwrap();
        assert!(appears(&mark), "{name}: the process ended by itself");
    }
}
