//! What a stack of a test's own is started with, and how.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use crate::{places, template::Template};

/// Starts the stack as a child that ends when the pipe to its standard input closes, thus with the test process,
/// however that ends. The argument before the program names a folder to remove afterwards (or is empty).
const KEEPER: &str = r#"
clean=$1; shift
exec 3<&0
"$@" 3<&- </dev/null &
stack=$!
( cat <&3 >/dev/null; kill -TERM $stack 2>/dev/null
  for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 $stack 2>/dev/null || exit 0; sleep 0.5; done
  kill -KILL $stack 2>/dev/null ) >/dev/null 2>&1 &
wait $stack
code=$?
[ -z "$clean" ] || rm -rf "$clean"
exit $code
"#;

/// Arguments of `face-login-local`; [`Launch::default`] is what nearly every test wants.
#[derive(Clone, Debug)]
pub struct Launch {
    /// Address of the page's listener.
    pub listen: String,
    /// Template.
    pub template: PathBuf,
    /// Weights.
    pub weights: PathBuf,
    /// Template parameters.
    pub parameters: Vec<(String, String)>,
    /// Further arguments, as they are.
    pub extra: Vec<String>,
}

impl Default for Launch {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:0".to_owned(),
            template: places::template(),
            weights: places::weights(),
            parameters: Vec::new(),
            extra: Vec::new(),
        }
    }
}

impl Launch {
    /// The same with a template parameter set.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with a fault that is there from the start, as `/_local/faults` takes it.
    #[must_use]
    pub fn fault(mut self, fault: &Value) -> Self {
        self.extra.extend(["--fault".to_owned(), fault.to_string()]);
        self
    }

    /// The same with another template.
    #[must_use]
    pub fn template(mut self, template: &Path) -> Self {
        template.clone_into(&mut self.template);
        self
    }

    /// The same with a queue that delivers again after 15 s: what a crash or a restart interrupted comes back after this
    /// time, which may not be shorter than the function's own. The edited template is written into `folder`.
    #[must_use]
    pub fn quick_queue(self, folder: &Path) -> Self {
        let template = Template::default().edit("IndexerFunction", "Timeout: 60", "Timeout: 15");
        self.template(&template.write(folder))
            .set("QueueVisibilitySeconds", "15")
    }

    /// The arguments for a stack that lives in `folder` (`data`, `ready.json`, `stack.log`).
    pub fn arguments(&self, folder: &Path) -> Vec<String> {
        let pair = |name: &str, path: &Path| [name.to_owned(), path.display().to_string()];
        let mut arguments = vec!["--listen".to_owned(), self.listen.clone()];
        arguments.extend(pair("--data", &folder.join("data")));
        arguments.extend(pair("--ready-file", &folder.join("ready.json")));
        arguments.extend(pair("--template", &self.template));
        arguments.extend(pair("--weights", &self.weights));
        arguments.extend(pair("--binaries", &places::binaries()));
        arguments.extend(pair("--site", &places::site()));
        arguments.extend(pair("--models", &places::models()));
        arguments.extend(
            places::grants()
                .iter()
                .flat_map(|path| pair("--grants", path)),
        );
        for (name, value) in &self.parameters {
            arguments.extend(["--set".to_owned(), format!("{name}={value}")]);
        }
        arguments.extend(self.extra.iter().cloned());
        arguments
    }

    /// Starts the program. `clean` is removed when it has ended.
    pub(crate) fn spawn(&self, folder: &Path, clean: Option<&Path>) -> Child {
        let binary = places::stack_binary();
        assert!(
            binary.exists(),
            "{} is missing: `cargo xtask test` builds it",
            binary.display()
        );
        let log =
            fs::File::create(folder.join("stack.log")).expect("the test's folder takes a log");
        let clean = clean
            .map(|path| path.display().to_string())
            .unwrap_or_default();
        Command::new("/bin/sh")
            .args(["-c", KEEPER, "keeper", &clean])
            .arg(binary)
            .args(self.arguments(folder))
            .stdin(Stdio::piped())
            .stdout(log.try_clone().expect("a second handle of an open file"))
            .stderr(log)
            .spawn()
            .expect("a shell starts")
    }
}
