//! `cargo xtask mutants`: every small change of `template.yaml`, and who notices it.
//!
//! The cheap ones are asked first: the stack's own refusal, the rules of `cargo xtask check`, cfn-lint; then the tests that are known for that part of
//! the template; at last the whole suite. Verdicts are kept under `target/mutants`, so a run that was stopped goes on.

mod acceptance;
mod cheap;
mod derive;
mod mapped;
mod report;
mod source;
mod verdict;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread;

use anyhow::{Context as _, bail};

use crate::workspace::Workspace;
use crate::{
    actions, binaries, chromium, say, service_models, site, suite, template_lint, weights,
};
use acceptance::Tests;
use cheap::Tool;
use derive::Mutant;

use verdict::{Verdict, Verdicts};

/// The committed table.
const TABLE: &str = "tests/MUTANTS.md";

/// What the person wants.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Options {
    /// Part of the names of the mutants that are looked at; all where there is none.
    only: Option<String>,
    reach: Reach,
    build: Build,
    /// Mutants that are run at a time.
    jobs: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// No running stack: a minute or two.
    Cheap,
    /// The tests that are known for each part, and cfn-lint.
    Mapped,
    /// At last the whole suite.
    Whole,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Build {
    /// As `cargo xtask test` does, with all set-up.
    Release,
    /// The dev profile; where things are is told by the variables `FACE_LOGIN_…`.
    Dev,
}

/// Runs the mutants and writes the table.
pub(crate) fn mutants(arguments: &[String]) -> anyhow::Result<()> {
    let options = options(arguments)?;
    let workspace = Workspace::locate()?;
    let text = fs::read_to_string(workspace.root.join("template.yaml"))
        .context("reading template.yaml")?;
    let mut mutants = derive::derive(&text)?;
    if let Some(part) = &options.only {
        mutants.retain(|mutant| mutant.name.contains(part.as_str()));
    }
    say::step(&format!("{} mutants of template.yaml", mutants.len()));
    let hunt = Hunt::prepare(workspace, &options, &text)?;
    hunt.look_at_the_original()?;
    let judged = hunt.judge(mutants, &options)?;
    let alive: Vec<&str> = judged
        .iter()
        .filter(|(_, verdict)| *verdict == Verdict::Survived)
        .map(|(mutant, _)| mutant.name.as_str())
        .collect();
    if options.only.is_none() && options.reach != Reach::Cheap {
        let table = hunt.workspace.root.join(TABLE);
        fs::write(&table, report::table(&judged))
            .with_context(|| format!("writing {}", table.display()))?;
        say::line(&format!("the table is in {TABLE}"));
    }
    for name in &alive {
        say::line(&format!("    nobody noticed {name}"));
    }
    say::line(&format!(
        "mutants: {} of {} noticed",
        judged.len() - alive.len(),
        judged.len()
    ));
    if alive.is_empty() || options.reach == Reach::Cheap {
        Ok(())
    } else {
        bail!("{} changes of the template go unnoticed", alive.len())
    }
}

fn options(arguments: &[String]) -> anyhow::Result<Options> {
    let mut options = Options {
        only: None,
        reach: Reach::Whole,
        build: Build::Release,
        jobs: 2,
    };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let mut value = || {
            arguments
                .next()
                .with_context(|| format!("{argument} needs a value"))
        };
        match argument.as_str() {
            "--only" => options.only = Some(value()?.clone()),
            "--jobs" => options.jobs = value()?.parse().context("--jobs needs a number")?,
            "--cheap" => options.reach = Reach::Cheap,
            "--mapped" => options.reach = Reach::Mapped,
            "--dev" => options.build = Build::Dev,
            other => bail!("{other}: known are --only TEXT, --jobs N, --cheap, --mapped, --dev"),
        }
    }
    Ok(options)
}

/// Everything that a verdict takes.
struct Hunt {
    workspace: Workspace,
    /// Folder of the mutated templates.
    folder: PathBuf,
    /// The template as it is, outside of the folder that people edit meanwhile.
    sound: PathBuf,
    binaries: PathBuf,
    stack: PathBuf,
    tools: PathBuf,
    golden: BTreeSet<String>,
    tests: Option<Tests>,
    verdicts: Verdicts,
}

impl Hunt {
    fn prepare(workspace: Workspace, options: &Options, text: &str) -> anyhow::Result<Self> {
        let paths = match options.build {
            Build::Release => {
                chromium::ensure(&workspace.root)?;
                weights::ensure(&workspace, None)?;
                service_models::ensure(&workspace)?;
                site::build(&workspace)?;
                binaries::build(&workspace)?;
                suite::paths(&workspace)
            }
            Build::Dev => from_environment(&workspace),
        };
        let path = |wanted: &str| {
            let found = paths.iter().find(|(name, _)| *name == wanted);
            found
                .map(|(_, path)| path.clone())
                .with_context(|| format!("{wanted} is not set"))
        };
        let (binaries, stack) = (path("FACE_LOGIN_BINARIES")?, path("FACE_LOGIN_STACK_BIN")?);
        let profile: &[&str] = match options.build {
            Build::Release => &["--release"],
            Build::Dev => &[],
        };
        let tests = if options.reach == Reach::Cheap {
            None
        } else {
            say::step("building the tests");
            Some(Tests::find(&workspace, profile, paths)?)
        };
        let folder = workspace.target.join("mutants");
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        let sound = folder.join("template.yaml");
        fs::write(&sound, text).with_context(|| format!("writing {}", sound.display()))?;
        Ok(Self {
            golden: actions::golden_grants(&workspace)?,
            tools: template_lint::TOOLS.ensure(&workspace)?,
            verdicts: Verdicts::open(&folder.join("verdicts.jsonl")),
            workspace,
            folder,
            sound,
            binaries,
            stack,
            tests,
        })
    }

    /// A template that is refused or breaks a rule without a change says nothing about its mutants.
    fn look_at_the_original(&self) -> anyhow::Result<()> {
        if let Some(refusal) = cheap::refusal(&self.stack, &self.binaries, &self.sound)? {
            bail!("the stack refuses template.yaml as it is: {refusal}");
        }
        for tool in [Tool::Rules, Tool::Lint] {
            let files = [self.sound.clone()];
            let found = cheap::found_by(tool, &self.workspace, &self.tools, &files, &self.golden)?;
            if let Some(problem) = found.values().next() {
                bail!("template.yaml as it is breaks rules: {problem}");
            }
        }
        Ok(())
    }

    fn judge(
        &self,
        mutants: Vec<Mutant>,
        options: &Options,
    ) -> anyhow::Result<Vec<(Mutant, Verdict)>> {
        for (index, mutant) in mutants.iter().enumerate() {
            let path = self.file(index);
            fs::write(&path, &mutant.text)
                .with_context(|| format!("writing {}", path.display()))?;
        }
        let mut verdicts: Vec<Option<Verdict>> = mutants
            .iter()
            .map(|mutant| {
                self.verdicts
                    .of(mutant)
                    .filter(|verdict| *verdict != Verdict::Survived)
            })
            .collect();
        let known = verdicts.iter().flatten().count();
        say::line(&format!("    {known} were judged by an earlier run"));

        say::step("which does the stack refuse");
        self.each(&mutants, &mut verdicts, options.jobs, |index, _| {
            let told = cheap::refusal(&self.stack, &self.binaries, &self.file(index))?;
            Ok(told.map(Verdict::Refused))
        })?;
        say::step("which break a rule");
        self.all(&mutants, &mut verdicts, Tool::Rules)?;
        if let Some(tests) = &self.tests {
            for (mutant, verdict) in mutants.iter().zip(&mut verdicts) {
                if verdict.is_none() {
                    *verdict = mapped::explanation(&mutant.name)
                        .map(|reason| Verdict::Explained(reason.to_owned()));
                }
            }
            say::step("which does cfn-lint notice");
            self.all(&mutants, &mut verdicts, Tool::Lint)?;
            say::step("which does a test notice that is known for that part");
            self.each(&mutants, &mut verdicts, options.jobs, |index, mutant| {
                let before = self.verdicts.killer_before(&mutant.name);
                let mapped = mapped::tests_for(&mutant.name, tests.names());
                self.first(tests, index, before.as_deref().into_iter().chain(mapped))
            })?;
            if options.reach == Reach::Whole {
                say::step("which does any other test notice");
                self.each(&mutants, &mut verdicts, options.jobs, |index, mutant| {
                    let asked = mapped::tests_for(&mutant.name, tests.names());
                    let others = tests.names().iter().map(String::as_str);
                    self.first(tests, index, others.filter(|test| !asked.contains(test)))
                })?;
            }
        }
        let verdicts = verdicts
            .into_iter()
            .map(|verdict| verdict.unwrap_or(Verdict::Survived));
        Ok(mutants.into_iter().zip(verdicts).collect())
    }

    fn file(&self, index: usize) -> PathBuf {
        self.folder.join(format!("{index}.yaml"))
    }

    /// The first test that notices.
    fn first<'test>(
        &self,
        tests: &Tests,
        index: usize,
        mut asked: impl Iterator<Item = &'test str>,
    ) -> anyhow::Result<Option<Verdict>> {
        let template = self.file(index);
        asked
            .find_map(|test| match tests.notices(test, &template, &self.sound) {
                Ok(false) => None,
                Ok(true) => Some(Ok(Verdict::Test(test.to_owned()))),
                Err(error) => Some(Err(error)),
            })
            .transpose()
    }

    /// Asks about each mutant without a verdict, several at a time.
    fn each(
        &self,
        mutants: &[Mutant],
        verdicts: &mut [Option<Verdict>],
        jobs: usize,
        ask: impl Fn(usize, &Mutant) -> anyhow::Result<Option<Verdict>> + Sync,
    ) -> anyhow::Result<()> {
        let open = open(verdicts);
        let (next, found) = (Mutex::new(open.iter()), Mutex::new(Vec::new()));
        let work = || -> anyhow::Result<()> {
            loop {
                let taken = next.lock().ok().and_then(|mut next| next.next().copied());
                let Some(index) = taken else { return Ok(()) };
                if let Some(verdict) = ask(index, &mutants[index])? {
                    self.tell(&mutants[index], &verdict)?;
                    if let Ok(mut found) = found.lock() {
                        found.push((index, verdict));
                    }
                }
            }
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|_| bail!("a mutant's run broke off"))
            })
        })?;
        for (index, verdict) in found.into_inner().unwrap_or_default() {
            verdicts[index] = Some(verdict);
        }
        say::line(&format!(
            "    {} noticed, {} left",
            open.len() - self::open(verdicts).len(),
            self::open(verdicts).len()
        ));
        Ok(())
    }

    /// Asks AWS's tools about all mutants without a verdict.
    fn all(
        &self,
        mutants: &[Mutant],
        verdicts: &mut [Option<Verdict>],
        tool: Tool,
    ) -> anyhow::Result<()> {
        let open = open(verdicts);
        let files: Vec<PathBuf> = open.iter().map(|&index| self.file(index)).collect();
        let found = cheap::found_by(tool, &self.workspace, &self.tools, &files, &self.golden)?;
        for (&index, file) in open.iter().zip(&files) {
            if let Some(problem) = found.get(file) {
                let verdict = match tool {
                    Tool::Rules => Verdict::Rule(cheap::one_line(problem)),
                    Tool::Lint => Verdict::Lint(cheap::one_line(problem)),
                };
                self.verdicts.keep(&mutants[index], &verdict)?;
                verdicts[index] = Some(verdict);
            }
        }
        say::line(&format!(
            "    {} noticed, {} left",
            found.len(),
            self::open(verdicts).len()
        ));
        Ok(())
    }

    fn tell(&self, mutant: &Mutant, verdict: &Verdict) -> anyhow::Result<()> {
        if let Verdict::Test(test) = verdict {
            say::line(&format!("    {test} notices {}", mutant.name));
        }
        self.verdicts.keep(mutant, verdict)
    }
}

/// Mutants without a verdict.
fn open(verdicts: &[Option<Verdict>]) -> Vec<usize> {
    (0..verdicts.len())
        .filter(|&index| verdicts[index].is_none())
        .collect()
}

/// What the variables name that the tests read too; for the others the tests know a place of their own.
fn from_environment(workspace: &Workspace) -> Vec<(&'static str, PathBuf)> {
    let names = suite::paths(workspace).into_iter().map(|(name, _)| name);
    names
        .filter_map(|name| Some((name, PathBuf::from(std::env::var_os(name)?))))
        .collect()
}

#[cfg(test)]
mod option_tests {
    use super::*;

    #[test]
    fn options_are_read_and_unknown_ones_named() {
        let read = |line: &str| options(&line.split(' ').map(str::to_owned).collect::<Vec<_>>());
        let wanted = Options {
            only: Some("Verify".into()),
            reach: Reach::Mapped,
            build: Build::Dev,
            jobs: 1,
        };
        assert_eq!(
            read("--only Verify --mapped --dev --jobs 1").unwrap(),
            wanted
        );
        assert!(read("--onyl x").unwrap_err().to_string().contains("--onyl"));
        assert!(read("--jobs").is_err());
    }
}
