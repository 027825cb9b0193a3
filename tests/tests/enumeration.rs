//! Nobody can tell who has an account: same parameters, same operations, same refusals.

use std::collections::{BTreeMap, BTreeSet};

use face_login_acceptance::{
    challenge::Step,
    faces::Person,
    launch::Launch,
    observe::{counted, settled, shape},
    visitor::Visitor,
};

/// What an observer sees of one sign-in with a stranger's face.
#[derive(Debug)]
struct Observed {
    rounds: Vec<BTreeMap<String, usize>>,
    reasons: Vec<String>,
    refusal: String,
    calls: BTreeMap<String, usize>,
    username: String,
}

async fn observe(visitor: &Visitor, name: &str) -> Observed {
    let before = visitor.local.calls().await.len();
    let mut round = visitor.begin_sign_in(name).await;
    let username = round.parameter("USERNAME").to_owned();
    let (mut rounds, mut reasons) = (vec![shape(&round)], Vec::new());
    loop {
        match visitor.show(round, &Person::Cora.selfie()).await {
            Ok(Step::Round(next)) => {
                rounds.push(shape(&next));
                reasons.push(next.reason().to_owned());
                round = next;
            }
            Ok(Step::Tokens(_)) => panic!("a stranger got tokens"),
            Err(refusal) => {
                let calls = counted(&visitor.local.calls_since(before).await);
                return Observed {
                    rounds,
                    reasons,
                    refusal: format!("{refusal:?}"),
                    calls,
                    username,
                };
            }
        }
    }
}

#[tokio::test]
async fn known_unknown_and_unenrolled_people_look_alike() {
    let (_stack, visitor) = Visitor::with(&Launch::default()).await;
    let known = visitor.enrolled(Person::Ada).await;
    let unenrolled = visitor.join().await;
    let unconfirmed = visitor.sign_up().await;
    settled(&visitor).await;

    let wanted = observe(&visitor, &known.email).await;
    assert_eq!(wanted.reasons, ["NOT_RECOGNISED", "NOT_RECOGNISED"]);
    assert!(
        wanted
            .calls
            .keys()
            .any(|call| call.contains("rekognition:SearchFacesByImage")),
        "{:?}",
        wanted.calls
    );
    for (who, name) in [
        ("unknown", "never-signed-up-here@example.com"),
        ("unenrolled", &unenrolled.email),
        ("unconfirmed", &unconfirmed.email),
    ] {
        let seen = observe(&visitor, name).await;
        assert_eq!(
            seen.rounds, wanted.rounds,
            "keys and lengths of the parameters, {who}"
        );
        assert_eq!(seen.reasons, wanted.reasons, "{who}");
        assert_eq!(seen.refusal, wanted.refusal, "{who}");
        assert_eq!(seen.calls, wanted.calls, "operations, {who}");
        assert_eq!(
            version(&seen.username),
            version(&wanted.username),
            "made-up names look like real ones, {who}"
        );
    }
}

fn version(uuid: &str) -> char {
    assert_eq!(uuid.len(), 36, "{uuid} is a UUID");
    uuid.chars().nth(14).expect("36 characters")
}

/// The made-up user of an unknown name is the same each time, as it is for a known one.
#[tokio::test]
async fn made_up_people_stay_the_same() {
    let (_stack, visitor) = Visitor::with(&Launch::default()).await;
    let mut names = BTreeSet::new();
    for _ in 0..2 {
        names.insert(
            visitor
                .begin_sign_in("made-up@example.com")
                .await
                .parameter("USERNAME")
                .to_owned(),
        );
    }
    assert_eq!(names.len(), 1);
}

/// A forgotten password mails nothing to strangers and answers the same.
#[tokio::test]
async fn asking_for_a_reset_code_tells_nothing() {
    let (_stack, visitor) = Visitor::with(&Launch::default()).await;
    let known = visitor.join().await;
    let ask = async |email: &str| {
        visitor
            .cognito
            .call("ForgotPassword", serde_json::json!({"Username": email}))
            .await
            .unwrap()
    };
    let (real, made_up) = (
        ask(&known.email).await,
        ask("visitor-0123456789ab@example.com").await,
    );
    assert_eq!(real, made_up, "same masked destination, same medium");
    assert!(
        visitor
            .local
            .mails("visitor-0123456789ab@example.com")
            .await
            .is_empty()
    );
}
