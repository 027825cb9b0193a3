//! When what is conditional is there. A condition that is turned round would still be a sound template.

use serde_json::{Value, json};

use super::parameter;
use crate::problems::Problems;

/// Parameters whose being set is a condition, and the value that stands for "not set".
fn set() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("KeepPhotos", "PhotoRetentionDays", json!(0)),
        ("HasOrigin", "PageOrigin", json!("")),
        ("HasCertificate", "PageCertificateArn", json!("")),
        ("HasApps", "AppOrigins", json!("")),
        ("SendsMail", "SenderAddress", json!("")),
        ("SendsForDomain", "SenderDomain", json!("")),
        ("MailsAlarms", "AlarmAddress", json!("")),
        ("HasKey", "KmsKeyArn", json!("")),
        ("LimitsRequests", "RequestsPerFiveMinutes", json!(0)),
    ]
}

/// Parameters whose being switched on is a condition.
const ON: [(&str, &str, &str); 2] = [
    ("HasSite", "Site", "ON"),
    ("Protects", "DeletionProtection", "ACTIVE"),
];

pub(super) fn check(conditions: &Value, problems: &mut Problems) {
    let equals = |name: &str, value: &Value| json!({"Fn::Equals": [parameter(name), value]});
    let unset = set().into_iter();
    let unset = unset.map(|(id, name, nothing)| (id, json!({"Fn::Not": [equals(name, &nothing)]})));
    let on = ON.map(|(id, name, value)| (id, equals(name, &json!(value))));
    for (id, wanted) in unset.chain(on) {
        if conditions[id] != wanted {
            problems.add(format!("the condition {id} has to be {wanted}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(conditions: &Value) -> String {
        let mut problems = Problems::default();
        check(conditions, &mut problems);
        problems.told()
    }

    #[test]
    fn a_condition_that_is_turned_round_is_found() {
        let sound = json!({"Fn::Not": [{"Fn::Equals": [{"Ref": "KmsKeyArn"}, ""]}]});
        assert!(!told(&json!({"HasKey": sound})).contains("HasKey"));
        for wrong in [
            json!({"Fn::Equals": [{"Ref": "KmsKeyArn"}, ""]}),
            Value::Null,
        ] {
            assert!(told(&json!({"HasKey": wrong})).contains("the condition HasKey has to be"));
        }
        let on = json!({"Fn::Equals": [{"Ref": "DeletionProtection"}, "ACTIVE"]});
        assert!(!told(&json!({"Protects": on})).contains("Protects"));
        assert!(told(&json!({"Protects": {"Fn::Not": [on]}})).contains("Protects"));
    }
}
