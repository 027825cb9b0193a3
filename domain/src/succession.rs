//! Which of a user's faces may pass, and what a pass changes: first enrolment, hold, replacement, photo update, withdrawal.
//!
//! A change is planned here as data and stored in one transaction, on the condition that the profile is still as it was
//! read: of two sessions that would change it, one is refused and looks again. See `docs/adr/0015` to `0018`.

use std::time::Duration;

use crate::{
    challenge::{Aim, Chain},
    enrolment::{EnrolledFace, Enrolment, EnrolmentStatus as Status, Profile, UserRows},
    ids::{EnrolmentId, FaceId, TicketId},
    time::Timestamp,
};

/// Enrolments that one change retires at most, so that it fits into one transaction. A user has two or three.
const MAX_MOVES: usize = 60;

/// How long a held face is waited for once its time has come. A claim that nobody came back for is not left for somebody to find.
pub const HELD_LAPSES: Duration = Duration::from_hours(30 * 24);

/// One enrolment's new status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Whose status changes.
    pub enrolment: EnrolmentId,
    /// What it has to be before.
    pub from: Status,
    /// What it becomes.
    pub to: Status,
    /// For HELD: until when.
    pub held_until: Option<Timestamp>,
}

/// What kind of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A sign-in with the active face. A face that was held is cancelled by it.
    SignedIn,
    /// The first face became active.
    Enrolled,
    /// A new face began to wait.
    Held,
    /// A new face took the place of the active one.
    Replaced,
    /// The person is forgotten.
    Withdrawn,
    /// Nothing but time passed: what was never finished ends.
    Lapsed,
}

impl Event {
    /// Whether it is worth tokens.
    pub const fn opens(self) -> bool {
        matches!(self, Self::SignedIn | Self::Enrolled | Self::Replaced)
    }

    /// Whether whoever is signed in now must be signed out first.
    pub const fn ends_sessions(self) -> bool {
        matches!(self, Self::Replaced | Self::Withdrawn)
    }

    /// The word for the log.
    pub const fn metric(self) -> &'static str {
        match self {
            Self::SignedIn => "SIGNED_IN",
            Self::Enrolled => "ENROLLED",
            Self::Held => "HELD",
            Self::Replaced => "REPLACED",
            Self::Withdrawn => "WITHDRAWN",
            Self::Lapsed => "LAPSED",
        }
    }
}

/// What a pass changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Succession {
    /// What happened.
    pub event: Event,
    /// The profile as it was read, and as it has to be still.
    pub before: Profile,
    /// The profile afterwards.
    pub after: Profile,
    /// Enrolments that get another status.
    pub moves: Vec<Move>,
    /// The ticket that pays for it.
    pub ticket: Option<TicketId>,
    /// Consents that end with it, by the time when they were given.
    pub ended_consents: Vec<Timestamp>,
}

/// The faces that a selfie may match: those of its own chain, or else of the active enrolment and of one whose waiting
/// time is over.
pub fn comparable<'a>(
    chain: Option<&Chain>,
    rows: &'a UserRows,
    now: Timestamp,
) -> Vec<&'a EnrolledFace> {
    let of = |enrolment: Option<&'a Enrolment>| {
        enrolment
            .into_iter()
            .flat_map(|enrolment| rows.faces_of(&enrolment.id))
    };
    match chain {
        Some(chain) => of(rows.pending_enrolment(&chain.enrolment)).collect(),
        None => of(rows.active_enrolment())
            .chain(of(rows.due_enrolment(now)))
            .collect(),
    }
}

/// What a passed selfie of the plain or mailbox way changes, by the faces that it matched; `None` if rows no longer agree.
///
/// The active face wins: whoever still has it cancels what was held, even if the photo is like the new face too.
pub fn signed_in(rows: &UserRows, matched: &[FaceId], now: Timestamp) -> Option<Succession> {
    let shows = |enrolment: &Enrolment| {
        rows.faces_of(&enrolment.id)
            .any(|face| matched.contains(&face.face))
    };
    let active = rows.active_enrolment()?;
    if shows(active) {
        let after = Profile {
            held: None,
            ..rows.profile.clone()
        };
        let cancelled = rows.with_status(Status::Held);
        let retired = cancelled.take(MAX_MOVES).map(retire).collect();
        return Some(Succession::new(Event::SignedIn, rows, after, retired));
    }
    let held = rows.due_enrolment(now).filter(|held| shows(held))?;
    Some(Succession::new(
        Event::Replaced,
        rows,
        Profile::of(&held.id),
        moves(rows, held, Status::Active, |_| Status::Retired),
    ))
}

/// What the pass of a new enrolment's first selfie changes; `None` if it is too late for that.
pub fn proved(rows: &UserRows, chain: &Chain, hold_until: Timestamp) -> Option<Succession> {
    let new = rows.pending_enrolment(&chain.enrolment)?;
    let (event, after, moves) = match chain.aim {
        Aim::First(_) if rows.profile.active.is_none() => (
            Event::Enrolled,
            Profile::of(&new.id),
            moves(rows, new, Status::Active, |_| Status::Retired),
        ),
        Aim::Replace(_) => {
            rows.active_enrolment()?;
            let after = Profile {
                held: Some(new.id.clone()),
                ..rows.profile.clone()
            };
            let kept = |other: &Enrolment| match other.status {
                Status::Active | Status::Anchor => other.status,
                _ => Status::Retired,
            };
            let mut moves = moves(rows, new, Status::Held, kept);
            moves[0].held_until = Some(hold_until);
            (Event::Held, after, moves)
        }
        Aim::First(_) | Aim::Update(_) => return None,
    };
    let mut change = Succession::new(event, rows, after, moves);
    change.ticket = chain.aim.ticket().cloned();
    Some(change)
}

/// What an update's indexed photo changes; `None` if it is too late for that. The first face of the line is kept as the
/// anchor that every later photo has to match as well.
pub fn updated(rows: &UserRows, chain: &Chain) -> Option<Succession> {
    let new = rows.pending_enrolment(&chain.enrolment)?;
    let active = &rows.active_enrolment()?.id;
    let anchor = rows.anchor_enrolment()?.id.clone();
    let kept = |other: &Enrolment| {
        if other.id == anchor {
            Status::Anchor
        } else {
            Status::Retired
        }
    };
    let after = Profile {
        anchor: Some(anchor.clone()),
        ..Profile::of(&new.id)
    };
    let moves = moves(rows, new, Status::Active, kept);
    (chain.aim == Aim::Update(active.clone()))
        .then(|| Succession::new(Event::Replaced, rows, after, moves))
}

/// What a withdrawal changes, whatever is stored.
pub fn withdrawn(rows: &UserRows) -> Succession {
    let all = rows
        .enrolments
        .iter()
        .filter(|row| row.status != Status::Retired);
    let retired: Vec<Move> = all.take(MAX_MOVES).map(retire).collect();
    let mut change = Succession::new(Event::Withdrawn, rows, Profile::default(), retired);
    let left = MAX_MOVES.saturating_sub(change.moves.len());
    change.ended_consents = rows.open_consents.iter().copied().take(left).collect();
    change
}

/// What time alone changes: an enrolment that was not proven within `pending`, and a held one that the profile does not name or that
/// nobody came back for.
pub fn lapsed(rows: &UserRows, pending: Duration, now: Timestamp) -> Succession {
    let named = |row: &Enrolment| rows.profile.held.as_ref() == Some(&row.id);
    let is_over = |row: &&Enrolment| match row.status {
        Status::Pending => row.created_at.plus(pending) <= now,
        Status::Held => {
            let waited_for = |until: Timestamp| now < until.plus(HELD_LAPSES);
            !(named(row) && row.held_until.is_some_and(waited_for))
        }
        Status::Active | Status::Anchor | Status::Retired => false,
    };
    let over: Vec<&Enrolment> = rows.enrolments.iter().filter(is_over).collect();
    let mut after = rows.profile.clone();
    after.held = after
        .held
        .filter(|held| over.iter().all(|row| row.id != *held));
    let moves = over.into_iter().take(MAX_MOVES).map(retire).collect();
    Succession::new(Event::Lapsed, rows, after, moves)
}

/// The status of `new`, first, and of every other enrolment that is to change.
fn moves(
    rows: &UserRows,
    new: &Enrolment,
    becomes: Status,
    others: impl Fn(&Enrolment) -> Status,
) -> Vec<Move> {
    let own = Move {
        enrolment: new.id.clone(),
        from: new.status,
        to: becomes,
        held_until: None,
    };
    let rest = rows
        .enrolments
        .iter()
        .filter(|other| other.id != new.id && other.status != Status::Retired);
    let rest = rest.map(|other| Move {
        enrolment: other.id.clone(),
        from: other.status,
        to: others(other),
        held_until: None,
    });
    let changed = rest.filter(|other| other.from != other.to).take(MAX_MOVES);
    std::iter::once(own).chain(changed).collect()
}

fn retire(enrolment: &Enrolment) -> Move {
    Move {
        enrolment: enrolment.id.clone(),
        from: enrolment.status,
        to: Status::Retired,
        held_until: None,
    }
}

impl Succession {
    fn new(event: Event, rows: &UserRows, after: Profile, moves: Vec<Move>) -> Self {
        Self {
            event,
            before: rows.profile.clone(),
            after,
            moves,
            ticket: None,
            ended_consents: Vec::new(),
        }
    }

    /// For a face that begins to wait: until when.
    pub fn held_until(&self) -> Option<Timestamp> {
        let held = self.moves.iter().find(|row| row.to == Status::Held);
        held?.held_until
    }

    /// The enrolment that signs in afterwards.
    pub fn active(&self) -> Option<&EnrolmentId> {
        self.after.active.as_ref()
    }

    /// Faces that nothing holds once the change is stored: of enrolments that are retired then, or were before (what a run
    /// that died left behind), and of those that have no row.
    pub fn forgotten<'a>(&self, rows: &'a UserRows) -> Vec<&'a EnrolledFace> {
        let status = |face: &EnrolledFace| {
            let moved = self
                .moves
                .iter()
                .find(|row| row.enrolment == face.enrolment);
            let stored = rows.enrolments.iter().find(|row| row.id == face.enrolment);
            moved
                .map(|row| row.to)
                .or(stored.map(|row| row.status))
                .unwrap_or(Status::Retired)
        };
        let faces = rows.faces.iter();
        faces
            .filter(|face| status(face) == Status::Retired)
            .collect()
    }
}

#[cfg(test)]
#[path = "succession/tests.rs"]
mod tests;
