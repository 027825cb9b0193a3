//! Policies of POST forms: whatever is admitted is covered by a condition of its policy.
#![no_main]

#[expect(dead_code, unused_imports, reason = "whole modules, as the local S3 has them")]
#[path = "../../local/stack/src/s3"]
mod s3 {
    pub mod failure;
    pub mod form;
    pub mod post_policy;
}

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str, &str)| {
    let (document, name, value) = input;
    let Ok(policy) = s3::post_policy::PostPolicy::read(&STANDARD.encode(document)) else {
        return;
    };
    let name = name.to_lowercase();
    let free = ["x-amz-signature", "file", "policy", "bucket"];
    let fields = vec![(name.clone(), value.to_owned())];
    if policy.judge("documents", &fields, SystemTime::UNIX_EPOCH).is_ok()
        && !free.contains(&name.as_str())
        && !name.starts_with("x-ignore-")
    {
        let document = document.to_lowercase();
        let written = serde_json::to_string(&name).expect("a string");
        let dollar = serde_json::to_string(&format!("${name}")).expect("a string");
        let bare = |text: &str| text.trim_matches('"').to_owned();
        assert!(
            document.contains(&bare(&written)) || document.contains(&bare(&dollar)) || document.contains('\\'),
            "a field that no condition names"
        );
    }
});
