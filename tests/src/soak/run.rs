//! The soak itself: people, kills and measurements side by side, then the final look.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::Value;
use time::OffsetDateTime;
use tokio::{sync::watch, task::JoinSet};

use super::{
    books::Books,
    crowd::{Album, Taken},
    disturbance::{Weather, disturb},
    final_look::final_look,
    plan::{Job, Plan},
    random::Random,
    report::Report,
    resident::{Attempt, COLLECTIONS, Resident},
    trouble::Trouble,
    vitals::Vitals,
};
use crate::{
    challenge::Tokens,
    clock,
    jwt::{self, Use},
    launch::Launch,
    stack::Stack,
    visitor::Visitor,
};

/// Attempts that one enrolment or sign-in may take while the stack is being killed.
const ATTEMPTS: usize = 15;
/// Similarity that the soak's stack asks for. The people are made up from nine faces and nearer to each other than true
/// people are; the photos of each are nearer still.
const THRESHOLD: &str = "99.9";
/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// Everything that the people share.
pub(super) struct World {
    pub(super) visitor: Visitor,
    pub(super) books: Arc<Books>,
    pub(super) residents: Vec<tokio::sync::Mutex<Resident>>,
    weather: Arc<Weather>,
    album: Arc<Album>,
    /// How many faces are taken in each collection.
    taken: Mutex<Vec<usize>>,
    keys: Value,
    jobs: Mutex<VecDeque<Job>>,
    finished: watch::Sender<usize>,
}

/// Runs the soak. `say` tells progress.
pub async fn run(plan: &Plan, say: impl Fn(&str)) -> Report {
    let album = Arc::new(Album::open());
    say("starting a stack");
    // Redelivery after 15 s: a function that is killed while it works on a message does not hold up its person for minutes.
    let folder = tempfile::TempDir::with_prefix("face-login-soak-").expect("a temporary folder");
    let launch = Launch::default()
        .quick_queue(folder.path())
        .set("CollectionShards", &COLLECTIONS.to_string())
        .set("SimilarityThreshold", THRESHOLD);
    let stack = tokio::task::spawn_blocking(move || Stack::start(&launch))
        .await
        .expect("the stack starts");
    let visitor = Visitor::of(stack.ready()).await;
    let keys = visitor.http.get(&visitor.ready.jwks).await.json();
    let world = Arc::new(World {
        books: Arc::default(),
        residents: (0..plan.enrolments)
            .map(|_| tokio::sync::Mutex::default())
            .collect(),
        weather: Arc::new(Weather::of(&stack)),
        taken: Mutex::new(vec![
            0;
            usize::try_from(COLLECTIONS).expect("a small number")
        ]),
        album,
        keys,
        jobs: Mutex::new(plan.jobs()),
        finished: watch::Sender::new(0),
        visitor,
    });
    let vitals = Arc::new(Vitals::default());
    let sampler = {
        let (vitals, weather) = (Arc::clone(&vitals), Arc::clone(&world.weather));
        let interval = Duration::from_secs(if plan.sign_ins < 1000 { 1 } else { 5 });
        tokio::spawn(async move { vitals.watch(&weather, interval).await })
    };
    let begun = clock::now();
    let stack = all_jobs(plan, &world, stack, |done| {
        progress(plan, &world, begun, done, &say);
    })
    .await;
    let worked = since(begun);
    say("everybody signs in once more");
    everybody_signs_in(plan, &world).await;
    final_look(&world, &stack, &say).await;
    sampler.abort();
    Report::of(plan, &world.books.entries(), &vitals.lives(), worked)
}

/// Works off the plan; ends when work and kills are done.
async fn all_jobs(plan: &Plan, world: &Arc<World>, stack: Stack, tell: impl Fn(usize)) -> Stack {
    let shared = (Arc::clone(&world.weather), Arc::clone(&world.books));
    let random = Random::of(plan.seed ^ 0x0070_6964);
    let disturbing = tokio::spawn(disturb(
        stack,
        plan.kills(),
        shared,
        world.finished.subscribe(),
        random,
    ));
    let mut workers = JoinSet::new();
    for _ in 0..plan.parallel {
        let world = Arc::clone(world);
        workers.spawn(async move {
            while let Some(job) = world.next_job() {
                world.work(job).await;
                world.finished.send_modify(|count| *count += 1);
            }
        });
    }
    loop {
        match tokio::time::timeout(TELL_EVERY, workers.join_next()).await {
            Ok(None) => break,
            Ok(Some(Err(panicked))) => world.books.violation(format!("a worker ended: {panicked}")),
            Ok(Some(Ok(()))) => {}
            Err(_) => tell(*world.finished.borrow()),
        }
    }
    disturbing.await.expect("the kills come to an end")
}

fn progress(plan: &Plan, world: &World, begun: OffsetDateTime, done: usize, say: &impl Fn(&str)) {
    let entries = world.books.entries();
    let count = |what| entries.counts.get(what).copied().unwrap_or_default();
    say(&format!(
        "{done} of {} done in {:.0} s, {} stacks and {} functions killed, stack {} MB, {} violations",
        plan.enrolments + plan.sign_ins,
        since(begun).as_secs_f32(),
        count("stacks killed"),
        count("functions killed"),
        Vitals::of_stack(&world.weather) / 1024,
        entries.violations.len(),
    ));
    if let Some(last) = entries.violations.last() {
        say(&format!("  the last violation: {last}"));
    }
}

async fn everybody_signs_in(plan: &Plan, world: &Arc<World>) {
    let turns = (0..plan.enrolments).map(Job::SignIn).collect();
    *world.jobs.lock().unwrap_or_else(PoisonError::into_inner) = turns;
    let mut workers = JoinSet::new();
    for _ in 0..plan.parallel {
        let world = Arc::clone(world);
        workers.spawn(async move {
            while let Some(job) = world.next_job() {
                world.work(job).await;
            }
        });
    }
    while let Some(worker) = workers.join_next().await {
        if let Err(panicked) = worker {
            world.books.violation(format!("a worker ended: {panicked}"));
        }
    }
}

impl World {
    fn next_job(&self) -> Option<Job> {
        self.jobs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
    }

    async fn work(&self, job: Job) {
        let (Job::Enrol(number) | Job::SignIn(number) | Job::StrangerFirst(number)) = job;
        let mut resident = self.residents[number].lock().await;
        if matches!(job, Job::Enrol(_)) == resident.is_enrolled() {
            // Their enrolment failed, which is a violation of its own.
            return;
        }
        for number in 0..ATTEMPTS {
            let kills = self.weather.clear().await;
            let begun = clock::now();
            let mut attempt = Attempt::default();
            let outcome = match job {
                Job::Enrol(_) => resident.enrol(self, &mut attempt).await,
                Job::SignIn(_) => resident.sign_in(self, false, &mut attempt).await,
                Job::StrangerFirst(_) => resident.sign_in(self, true, &mut attempt).await,
            };
            let trouble = match outcome {
                Ok(_) if matches!(job, Job::Enrol(_)) => {
                    return self.enrolled(&resident, (number == 0).then(|| since(begun)));
                }
                Ok(_) => return self.signed_in((number == 0).then(|| since(begun))),
                Err(trouble) => trouble,
            };
            self.books
                .note(|entries| entries.interrupted.extend(attempt.rounds));
            let killed = self.weather.kills() != kills;
            resident.disturbed |= killed;
            match trouble.excuse(killed) {
                Some(excuse) => {
                    self.books.count(excuse);
                    if !killed {
                        self.books
                            .outage(format!("{job:?}, attempt {number}: {trouble}"));
                    }
                }
                None => self
                    .books
                    .violation(format!("{job:?}, attempt {number}: {trouble}")),
            }
        }
        self.books
            .violation(format!("{job:?} did not succeed in {ATTEMPTS} attempts"));
    }

    fn enrolled(&self, resident: &Resident, took: Option<Duration>) {
        self.books.note(|entries| {
            entries.enrolled.insert(resident.sub().to_owned());
            entries.enrolments.extend(took);
        });
        self.books.count("enrolments");
    }

    fn signed_in(&self, took: Option<Duration>) {
        self.books.note(|entries| entries.sign_ins.extend(took));
        self.books.count("sign-ins");
    }

    /// A face that nobody in this collection has.
    pub(super) fn new_face(&self, collection: usize) -> usize {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let face = taken[collection];
        assert!(
            face < self.album.len(),
            "too many people in one collection for the faces of crowd.json"
        );
        taken[collection] += 1;
        face
    }

    /// A face that is not this one.
    pub(super) fn another_face(&self, face: usize) -> usize {
        (face + 1) % self.album.len()
    }

    /// A photo that nobody sent before. Making a face takes a while the first time.
    pub(super) async fn take(&self, face: usize, taken: Taken) -> Vec<u8> {
        let album = Arc::clone(&self.album);
        let photo = tokio::task::spawn_blocking(move || album.take(face, taken));
        photo.await.expect("every face can be made")
    }

    /// Both tokens hold and are this user's.
    pub(super) fn verify(&self, tokens: &Tokens, sub: &str) -> Result<(), Trouble> {
        for (token, wanted) in [(&tokens.id, Use::Id), (&tokens.access, Use::Access)] {
            let check = || jwt::check(&self.visitor.ready, &self.keys, token, wanted);
            let claims = catch_unwind(AssertUnwindSafe(check))
                .map_err(|_| Trouble::Broken(format!("the {wanted} token does not verify")))?;
            if claims["sub"] != sub {
                return Err(Trouble::Broken(format!(
                    "the {wanted} token is somebody else's"
                )));
            }
        }
        Ok(())
    }
}

fn since(begun: OffsetDateTime) -> Duration {
    (clock::now() - begun).try_into().unwrap_or_default()
}
