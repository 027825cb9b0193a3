//! The environment of a Lambda process: the variables that Lambda reserves, then the template's, then the stack's.
//!
//! Source: "Defined runtime environment variables" in the Lambda developer guide, for `provided.al2023` (which has no `AWS_EXECUTION_ENV`).

use std::{net::SocketAddr, path::Path, time::SystemTime};

use time::OffsetDateTime;

use crate::FunctionConfig;

/// What differs between two processes of one function.
pub(crate) struct ProcessPlace<'a> {
    pub(crate) runtime_api: SocketAddr,
    pub(crate) work_dir: &'a Path,
    pub(crate) started: SystemTime,
    pub(crate) number: u64,
}

/// Region and name of a function, from its ARN.
pub(crate) fn region_and_name(arn: &str) -> (&str, &str) {
    let mut parts = arn.split(':');
    (
        parts.nth(3).unwrap_or_default(),
        parts.nth(2).unwrap_or_default(),
    )
}

/// Later entries win, so that the stack can override (endpoints, libfaketime).
pub(crate) fn environment(
    function: &FunctionConfig,
    place: &ProcessPlace<'_>,
    from_stack: Vec<(String, String)>,
) -> Vec<(String, String)> {
    let (region, name) = region_and_name(&function.arn);
    let task_root = function
        .binary
        .parent()
        .unwrap_or(Path::new("/"))
        .display()
        .to_string();
    let reserved = [
        ("_HANDLER", "bootstrap".to_owned()),
        ("AWS_REGION", region.to_owned()),
        ("AWS_DEFAULT_REGION", region.to_owned()),
        ("AWS_LAMBDA_FUNCTION_NAME", name.to_owned()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        (
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            function.memory_mb.to_string(),
        ),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{name}")),
        ("AWS_LAMBDA_LOG_STREAM_NAME", log_stream(place)),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON".to_owned()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_LAMBDA_RUNTIME_API", place.runtime_api.to_string()),
        ("LAMBDA_TASK_ROOT", task_root),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime".to_owned()),
        ("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR".to_owned()),
        ("LANG", "en_US.UTF-8".to_owned()),
        ("PATH", "/usr/local/bin:/usr/bin/:/bin:/opt/bin".to_owned()),
        ("TMPDIR", place.work_dir.display().to_string()),
        ("TZ", ":UTC".to_owned()),
    ];
    let reserved = reserved
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    reserved
        .chain(function.environment.iter().cloned())
        .chain(from_stack)
        .collect()
}

fn log_stream(place: &ProcessPlace<'_>) -> String {
    let day = OffsetDateTime::from(place.started).date();
    format!(
        "{:04}/{:02}/{:02}/[$LATEST]{:032x}",
        day.year(),
        u8::from(day.month()),
        day.day(),
        place.number
    )
}

#[cfg(test)]
mod tests {
    use std::{
        collections::HashMap,
        path::Path,
        time::{Duration, UNIX_EPOCH},
    };

    use super::{ProcessPlace, environment, region_and_name};
    use crate::FunctionConfig;

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn an_arn_names_region_and_function() {
        assert_eq!(
            region_and_name("arn:aws:lambda:eu-west-1:123456789012:function:stack-Verify"),
            ("eu-west-1", "stack-Verify")
        );
    }

    #[test]
    fn the_environment_is_lambdas_then_the_templates_then_the_stacks() {
        let function = FunctionConfig {
            logical_id: "VerifyFunction".to_owned(),
            arn: "arn:aws:lambda:us-east-1:123456789012:function:verify".to_owned(),
            binary: "/opt/build/verify".into(),
            environment: vec![pair("TABLE", "rows"), pair("SHARDS", "2")],
            timeout: Duration::from_secs(5),
            memory_mb: 256,
        };
        let place = ProcessPlace {
            runtime_api: ([127, 0, 0, 1], 4000).into(),
            work_dir: Path::new("/data/work/1"),
            started: UNIX_EPOCH,
            number: 26,
        };
        let seen: HashMap<String, String> =
            environment(&function, &place, vec![pair("SHARDS", "3")])
                .into_iter()
                .collect();
        for (name, want) in [
            ("AWS_REGION", "us-east-1"),
            ("AWS_LAMBDA_FUNCTION_NAME", "verify"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:4000"),
            (
                "AWS_LAMBDA_LOG_STREAM_NAME",
                "1970/01/01/[$LATEST]0000000000000000000000000000001a",
            ),
            ("LAMBDA_TASK_ROOT", "/opt/build"),
            ("TZ", ":UTC"),
            ("TABLE", "rows"),
            ("SHARDS", "3"),
        ] {
            assert_eq!(seen.get(name).map(String::as_str), Some(want), "{name}");
        }
        assert!(!seen.contains_key("HOME"), "nothing is inherited");
    }
}
