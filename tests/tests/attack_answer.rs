//! Attacks on the answer: with the right photo in place, nothing but this session's own challenge opens anything.

use face_login_acceptance::{
    admin::Admin,
    attack::{assert_no_tokens, assert_refused, patient, victim},
    challenge::{Round, Step},
    cognito::{Answer, Refusal},
    faces::Person,
    visitor::{Account, Visitor},
};
use serde_json::json;

/// A round with the victim's own photo uploaded: all that is missing is the answer.
async fn loaded(visitor: &Visitor, account: &Account, person: Person) -> Round {
    let round = visitor.begin_sign_in(&account.email).await;
    let uploaded = visitor.upload(&round, &person.selfie()).await;
    assert!(uploaded.status.is_success(), "{}", uploaded.text());
    round
}

/// Everything that is not the 22 characters of the id.
fn variants(id: &str) -> Vec<(&'static str, String)> {
    let wide: String = id
        .chars()
        .map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c))
        .collect();
    vec![
        ("empty", String::new()),
        ("a space", " ".to_owned()),
        ("spaces around it", format!(" {id} ")),
        ("a line end", format!("{id}\n")),
        ("a null byte", format!("{id}\0")),
        ("padding", format!("{id}==")),
        ("upper case", id.to_uppercase() + "x"),
        ("a proof for later", format!("{id}.proof")),
        ("its key", format!("selfies/{id}")),
        ("a path", format!("selfies/../selfies/{id}")),
        ("a parent", format!("../{id}")),
        ("an address", format!("https://example.com/{id}")),
        ("JSON", json!({"challengeId": id}).to_string()),
        ("a JSON text", json!(id).to_string()),
        ("true", "true".to_owned()),
        ("fullwidth letters", wide),
        ("a zero-width space", format!("{id}\u{200b}")),
        ("right to left", format!("\u{202e}{id}")),
        ("200 KB", "A".repeat(200 * 1024)),
        ("200 KB after it", format!("{id}{}", "A".repeat(200 * 1024))),
        ("nobody's", "AAAAAAAAAAAAAAAAAAAAAA".to_owned()),
    ]
}

#[tokio::test]
async fn nothing_but_the_challenges_id_is_an_answer() {
    let (_stack, visitor, account) = victim(&patient(), Person::Ada).await;
    let attacker = visitor.join().await;
    let document = visitor.begin_enrolment(&attacker).await;
    let other = loaded(&visitor, &account, Person::Ada).await;
    let unknown = visitor.begin_sign_in("nobody-here@example.com").await;
    let count = variants("").len() + 3;
    for case in 0..count {
        let round = loaded(&visitor, &account, Person::Ada).await;
        let mut all = variants(round.challenge_id());
        all.extend([
            ("an enrolment's", document.challenge_id().to_owned()),
            ("another session's", other.challenge_id().to_owned()),
            ("an unknown person's", unknown.challenge_id().to_owned()),
        ]);
        let (name, answer) = &all[case];
        let answered = visitor.cognito.answer(&round, answer).await;
        assert_no_tokens(name, &answered);
        if let Ok(Step::Round(next)) = answered {
            assert_eq!(next.challenge(), "SELFIE", "{name}: {}", next.summary());
        }
    }
    let admin = Admin::new(&visitor.ready);
    assert_eq!(admin.failures().await, 0, "no attempt is lost");
    let answered = visitor.cognito.answer(&other, other.challenge_id()).await;
    answered.expect("the right answer").tokens();
}

/// Cognito's session answers once, and the photo is judged once, by however many at the same time.
#[tokio::test]
async fn one_of_many_answers_at_the_same_time_counts() {
    let (_stack, visitor, account) = victim(&patient(), Person::Bea).await;
    let at_once = async |round: &Round| -> Vec<Answer<Step>> {
        let answers = (0..6).map(|_| {
            let (visitor, round) = (visitor.clone(), round.clone());
            tokio::spawn(async move { visitor.cognito.answer(&round, round.challenge_id()).await })
        });
        let mut answered = Vec::new();
        for answer in answers.collect::<Vec<_>>() {
            answered.push(answer.await.expect("an answer"));
        }
        answered
    };
    let round = loaded(&visitor, &account, Person::Bea).await;
    let answered = at_once(&round).await;
    let passed = |answer: &&Answer<Step>| matches!(answer, Ok(Step::Tokens(_)));
    assert!(answered.iter().filter(passed).count() <= 1, "{answered:?}");
    let refused = |answer: &&Answer<Step>| matches!(answer, Err(Refusal { kind, .. }) if kind == "NotAuthorizedException");
    assert_eq!(answered.iter().filter(refused).count(), 5, "{answered:?}");

    let round = loaded(&visitor, &account, Person::Cora).await;
    for answer in at_once(&round).await {
        assert_no_tokens("a stranger", &answer);
    }
    let failures = Admin::new(&visitor.ready).failures().await;
    assert!(failures <= 1, "{failures} failures of one photo");
}

/// A session belongs to the name that it began with.
#[tokio::test]
async fn a_session_under_another_name_opens_nothing() {
    let (_stack, visitor, account) = victim(&patient(), Person::Cora).await;
    let attacker = visitor.enrolled(Person::Dora).await;
    // The attacker's own face at the attacker's own challenge, answered in the victim's name, and the other way round.
    for (case, owner, person, name) in [
        ("my session in your name", &attacker, Person::Dora, &account),
        ("your session in my name", &account, Person::Dora, &attacker),
        ("your photo in my name", &account, Person::Cora, &attacker),
    ] {
        for username in [&name.username, &name.email] {
            let round = loaded(&visitor, owner, person).await;
            let body = json!({
                "ChallengeName": round.name, "Session": round.session,
                "ChallengeResponses": {"USERNAME": username, "ANSWER": round.challenge_id()},
            });
            let answered = visitor.cognito.call("RespondToAuthChallenge", body).await;
            assert_refused(case, answered, &["NotAuthorizedException"]);
        }
    }
}

/// Two sessions of one user: the photo of one is not the other's, whichever id is answered where.
#[tokio::test]
async fn sessions_of_one_user_do_not_mix() {
    let (_stack, visitor, account) = victim(&patient(), Person::Eve).await;
    let good = loaded(&visitor, &account, Person::Eve).await;
    let bad = loaded(&visitor, &account, Person::Ada).await;
    let crossed = Round {
        session: bad.session.clone(),
        ..good.clone()
    };
    let answered = visitor.cognito.answer(&crossed, good.challenge_id()).await;
    assert_no_tokens("the other session's id", &answered);
    let crossed = Round {
        session: good.session.clone(),
        ..bad.clone()
    };
    let answered = visitor.cognito.answer(&crossed, bad.challenge_id()).await;
    assert_no_tokens("the other session", &answered);
}
