//! What a soak does, and in which order: all of it follows from the options and the seed.

use std::collections::VecDeque;

use super::random::Random;

/// People who sign in during the same part of the soak, so that enrolments go on to the end.
const COHORT: usize = 50;
/// One sign-in of so many is that of somebody who enrolled much earlier.
const EARLIER: usize = 10;
/// One sign-in of so many begins with somebody else's face.
const STRANGER: usize = 50;
/// So many people find a face that nobody in their collection has.
const MOST_PEOPLE: usize = 1200;
/// Kills come in this part of the work (per cent); the rest is one undisturbed life, for the measurements.
const DISTURBED: usize = 70;

/// Options of a soak.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// People who enrol.
    pub enrolments: usize,
    /// Sign-ins of all of them together.
    pub sign_ins: usize,
    /// How many do something at a time.
    pub parallel: usize,
    /// Repeats people, order and the moments of kills; what the machine makes of it differs.
    pub seed: u64,
    /// How often the whole stack is killed and started again.
    pub stack_kills: usize,
    /// How often one process of a function is killed.
    pub function_kills: usize,
}

/// One piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// The resident with this number joins and enrols.
    Enrol(usize),
    /// The resident signs in.
    SignIn(usize),
    /// Somebody else's face comes first, which must not pass; then the resident's own.
    StrangerFirst(usize),
}

/// Something that is done to the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kill {
    /// `kill -9` of a process of a function.
    Function,
    /// `kill -9` of the stack, and a start with the same data.
    Stack,
}

impl Plan {
    /// Reads `--enrolments N --sign-ins N --parallel N --seed N --stack-kills N --function-kills N`; numbers that are left
    /// out are those of the full soak.
    ///
    /// # Errors
    /// Everything that is wrong, in one sentence each.
    pub fn parse(arguments: &[String]) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let mut numbers = [1000, 10_000, 8, 1, 12, 60];
        let mut arguments = arguments.iter();
        while let Some(name) = arguments.next() {
            let place = OPTIONS.iter().position(|option| option == name);
            let value = arguments.next().and_then(|value| value.parse::<u64>().ok());
            match (place, value) {
                (Some(place), Some(value)) => numbers[place] = value,
                (Some(_), None) => problems.push(format!("{name} needs a number")),
                (None, _) => problems.push(format!(
                    "there is no option {name}; there are {}",
                    OPTIONS.join(" ")
                )),
            }
        }
        let count = |place: usize| usize::try_from(numbers[place]).unwrap_or(usize::MAX);
        let plan = Self {
            enrolments: count(0),
            sign_ins: count(1),
            parallel: count(2),
            seed: numbers[3],
            stack_kills: count(4),
            function_kills: count(5),
        };
        if !(1..=MOST_PEOPLE).contains(&plan.enrolments) {
            problems.push(format!("--enrolments: from 1 to {MOST_PEOPLE}"));
        }
        if plan.sign_ins > 15 * plan.enrolments {
            problems.push("--sign-ins: at most 15 for each enrolment, a name is given 20 challenges in 15 minutes".to_owned());
        }
        if plan.parallel == 0 {
            problems.push("--parallel: at least 1".to_owned());
        }
        if problems.is_empty() {
            Ok(plan)
        } else {
            Err(problems)
        }
    }

    /// All work, in order. A resident's enrolment comes before their sign-ins.
    pub fn jobs(&self) -> VecDeque<Job> {
        let mut random = Random::of(self.seed);
        let mut jobs = VecDeque::new();
        let mut left = self.sign_ins;
        let mut first = 0;
        while first < self.enrolments {
            let last = (first + COHORT).min(self.enrolments);
            let share = left * (last - first) / (self.enrolments - first);
            left -= share;
            Self::cohort(&mut random, (first, last), share, &mut jobs);
            first = last;
        }
        jobs
    }

    fn cohort(
        random: &mut Random,
        (first, last): (usize, usize),
        sign_ins: usize,
        jobs: &mut VecDeque<Job>,
    ) {
        let size = last - first;
        let mut turns: Vec<usize> = (first..last).collect();
        turns.extend((0..sign_ins).map(|number| first + number % size));
        for place in (1..turns.len()).rev() {
            turns.swap(place, random.below(place + 1));
        }
        let mut enrolled = vec![false; size];
        let mut stranger = vec![false; size];
        for resident in turns {
            let place = resident - first;
            if !std::mem::replace(&mut enrolled[place], true) {
                jobs.push_back(Job::Enrol(resident));
                continue;
            }
            let with_stranger = random.below(STRANGER) == 0 && !stranger[place];
            let earlier = random.below(EARLIER) == 0 && first > 0;
            jobs.push_back(if with_stranger {
                stranger[place] = true;
                Job::StrangerFirst(resident)
            } else if earlier {
                Job::SignIn(random.below(first))
            } else {
                Job::SignIn(resident)
            });
        }
    }

    /// After how many finished jobs which kill comes, in order.
    pub fn kills(&self) -> VecDeque<(usize, Kill)> {
        let mut random = Random::of(self.seed ^ 0x6b69_6c6c);
        let span = ((self.enrolments + self.sign_ins) * DISTURBED / 100).max(1);
        let mut kills: Vec<_> = [
            (Kill::Function, self.function_kills),
            (Kill::Stack, self.stack_kills),
        ]
        .into_iter()
        .flat_map(|(kill, count)| [kill].repeat(count))
        .map(|kill| (1 + random.below(span), kill))
        .collect();
        kills.sort_unstable();
        kills.into()
    }
}

const OPTIONS: [&str; 6] = [
    "--enrolments",
    "--sign-ins",
    "--parallel",
    "--seed",
    "--stack-kills",
    "--function-kills",
];

#[cfg(test)]
mod tests {
    use super::{Job, Plan};

    fn parse(line: &str) -> Result<Plan, Vec<String>> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Plan::parse(&words)
    }

    #[test]
    fn without_options_it_is_the_full_soak() {
        let plan = parse("").unwrap();
        assert_eq!(
            (plan.enrolments, plan.sign_ins, plan.parallel),
            (1000, 10_000, 8)
        );
        assert_eq!(plan.jobs().len(), 11_000);
        assert_eq!(plan.kills().len(), 72);
        assert!(plan.kills().back().unwrap().0 <= 7700);
    }

    #[test]
    fn every_mistake_is_told() {
        let problems =
            parse("--enrolments 1501 --sign-ins x --nonsense 1 --parallel 0").unwrap_err();
        assert_eq!(problems.len(), 4, "{problems:?}");
    }

    #[test]
    fn a_seed_repeats_the_work_and_enrolments_come_first() {
        let plan = parse("--enrolments 100 --sign-ins 1000 --seed 5").unwrap();
        assert_eq!(plan.jobs(), plan.jobs());
        assert_eq!(plan.kills(), plan.kills());
        assert_ne!(
            plan.jobs(),
            Plan {
                seed: 6,
                ..plan.clone()
            }
            .jobs()
        );
        let mut enrolled = [false; 100];
        let mut strangers = 0;
        for job in plan.jobs() {
            match job {
                Job::Enrol(resident) => assert!(!std::mem::replace(&mut enrolled[resident], true)),
                Job::SignIn(resident) => assert!(enrolled[resident]),
                Job::StrangerFirst(resident) => {
                    assert!(enrolled[resident]);
                    strangers += 1;
                }
            }
        }
        assert!(enrolled.iter().all(|enrolled| *enrolled));
        assert!(strangers > 5, "{strangers}");
    }
}
