//! The soak, small: so that `cargo xtask soak` works whenever somebody needs it.

use face_login_acceptance::soak::{self, plan::Plan};

#[tokio::test]
async fn a_small_soak_survives_kills() {
    let plan = Plan {
        enrolments: 20,
        sign_ins: 100,
        parallel: 4,
        seed: 7,
        stack_kills: 1,
        function_kills: 3,
    };
    let report = soak::run(&plan, |_| ()).await;
    assert!(report.violations.is_empty(), "{}", report.text);
    let count = |what: &str| report.figures["counts"][what].as_u64().unwrap_or_default();
    assert_eq!(count("enrolments"), 20, "{}", report.text);
    assert_eq!(
        count("sign-ins"),
        120,
        "everybody signs in once more at the end: {}",
        report.text
    );
    assert_eq!(
        (count("stacks killed"), count("functions killed")),
        (1, 3),
        "{}",
        report.text
    );
}
