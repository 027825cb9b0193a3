//! Wildcards of IAM: `*` any run of characters, `?` any one.

use std::fmt;

/// A resource of a statement: everything, or an ARN with wildcards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ResourcePattern {
    Everything,
    /// Each segment is matched alone, as IAM does: a `*` never reaches over a colon of the first five. The sixth holds the rest.
    Arn([String; 6]),
}

impl ResourcePattern {
    /// `None` for what IAM refuses too: no ARN, or a wildcard in place of the service.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Everything);
        }
        let segments = arn_segments(text)?;
        let [_, _, service, ..] = &segments;
        (!service.is_empty() && !service.contains(['*', '?']))
            .then(|| Self::Arn(segments.map(str::to_owned)))
    }

    pub(super) fn matches(&self, resource: &str) -> bool {
        match (self, arn_segments(resource)) {
            (Self::Everything, _) => true,
            (Self::Arn(pattern), Some(segments)) => pattern
                .iter()
                .zip(segments)
                .all(|(pattern, segment)| wildcard(pattern, segment)),
            (Self::Arn(_), None) => false,
        }
    }
}

impl fmt::Display for ResourcePattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => formatter.write_str("*"),
            Self::Arn(segments) => formatter.write_str(&segments.join(":")),
        }
    }
}

fn arn_segments(text: &str) -> Option<[&str; 6]> {
    let segments: Vec<&str> = text.splitn(6, ':').collect();
    let segments: [&str; 6] = segments.try_into().ok()?;
    (segments[0] == "arn").then_some(segments)
}

/// Whether `text` fits `pattern`. Linear in both save for backtracking to the last `*`.
pub(super) fn wildcard(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut seen, mut star) = (0, 0, None);
    while seen < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, seen));
                at += 1;
            }
            Some(&wanted) if wanted == '?' || wanted == text[seen] => {
                at += 1;
                seen += 1;
            }
            _ => {
                let Some((star_at, star_seen)) = star else {
                    return false;
                };
                star = Some((star_at, star_seen + 1));
                at = star_at + 1;
                seen = star_seen + 1;
            }
        }
    }
    pattern[at..].iter().all(|&rest| rest == '*')
}
