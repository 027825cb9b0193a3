//! What the Serverless Application Repository gets: the template without what it does not take, and with what it takes instead.

use anyhow::bail;

/// Not on that list: the template for the repository is without them.
const LEFT_OUT: [&str; 3] = [
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::WAFv2::WebACL",
    "AWS::WAFv2::WebACLAssociation",
];
/// What only they needed.
const IDLE: [&str; 2] = ["LimitsRequests", "RequestsPerFiveMinutes"];
/// Lines that stand otherwise, or not at all, in the template for the repository. An origin access control is not on the list, its forerunner is; AWS's own
/// policy of headers (`SecurityHeadersPolicy`) is named by its id and is no resource.
const INSTEAD: [(&str, Option<&str>); 9] = [
    (
        "    Type: AWS::CloudFront::OriginAccessControl",
        Some("    Type: AWS::CloudFront::CloudFrontOriginAccessIdentity"),
    ),
    (
        r#"    Properties: {OriginAccessControlConfig: {Name: !Sub "${AWS::StackName}-site-${AWS::Region}", OriginAccessControlOriginType: s3, SigningBehavior: always, SigningProtocol: sigv4}}"#,
        Some(
            r#"    Properties: {CloudFrontOriginAccessIdentityConfig: {Comment: !Sub "Reads the page of ${AWS::StackName}"}}"#,
        ),
    ),
    (
        "            Principal: {Service: cloudfront.amazonaws.com}",
        Some("            Principal: {CanonicalUser: !GetAtt SiteAccess.S3CanonicalUserId}"),
    ),
    (
        r#"            Condition: {StringEquals: {aws:SourceArn: !Sub "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${SiteDistribution}"}}"#,
        None,
    ),
    (
        "            OriginAccessControlId: !GetAtt SiteAccess.Id",
        None,
    ),
    (
        r#"            S3OriginConfig: {OriginAccessIdentity: ""}"#,
        Some(
            r#"            S3OriginConfig: {OriginAccessIdentity: !Sub "origin-access-identity/cloudfront/${SiteAccess}"}"#,
        ),
    ),
    (
        "          ResponseHeadersPolicyId: !Ref SiteHeaders",
        Some("          ResponseHeadersPolicyId: 67f7725c-6f97-4210-82d7-5512b31e9d03"),
    ),
    (
        "        Parameters: [DeletionProtection, WhenDeleted, KmsKeyArn, RequestsPerFiveMinutes]",
        Some("        Parameters: [DeletionProtection, WhenDeleted, KmsKeyArn]"),
    ),
    (
        r#"      RequestsPerFiveMinutes: {default: "Requests per address in five minutes"}"#,
        None,
    ),
];

/// The template for the repository, which refuses a template that holds any other type, whatever its condition.
pub(crate) fn for_repository(text: &str) -> anyhow::Result<String> {
    let mut told = String::new();
    let mut met = [0; INSTEAD.len()];
    for line in text.lines() {
        let at = INSTEAD.iter().position(|(from, _)| *from == line);
        let line = match at {
            Some(at) => {
                met[at] += 1;
                INSTEAD[at].1
            }
            None => Some(line),
        };
        if let Some(line) = line {
            push(&mut told, line);
        }
    }
    if let Some(at) = met.iter().position(|count| *count != 1) {
        bail!(
            "template.yaml has {} times, and not once, the line that the Serverless Application Repository needs otherwise: {}",
            met[at],
            INSTEAD[at].0.trim()
        );
    }
    without(&told, &LEFT_OUT, &IDLE)
}

/// The template without the resources of some types, and without what has one of some names. Nothing that stays may lean on them.
fn without(template: &str, types: &[&str], names: &[&str]) -> anyhow::Result<String> {
    let lines: Vec<&str> = template.lines().collect();
    let starts: Vec<usize> = (0..lines.len()).filter(|&at| is_id(lines[at])).collect();
    let mut gone = Vec::new();
    let mut left = vec![true; lines.len()];
    for (number, &start) in starts.iter().enumerate() {
        let end = starts.get(number + 1).copied().unwrap_or(lines.len());
        let kind = lines
            .get(start + 1)
            .and_then(|line| line.strip_prefix("    Type: "));
        let name = lines[start].trim().split(':').next().unwrap_or_default();
        if kind.is_some_and(|kind| types.contains(&kind)) || names.contains(&name) {
            gone.push(name);
            // Not what stands after it at the margin, or as a comment before the next resource.
            let body = (start + 1..end).take_while(|&at| lines[at].starts_with("    "));
            left[start] = false;
            body.for_each(|at| left[at] = false);
        }
    }
    let mut text = String::new();
    let kept = lines.iter().zip(&left).filter(|(_, left)| **left);
    kept.for_each(|(line, _)| push(&mut text, line));
    let leans = |id: &&&str| {
        let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
        words.into_iter().any(|word| word == **id)
    };
    if let Some(id) = gone.iter().find(leans) {
        bail!(
            "{id} can't be left out of the template for the Serverless Application Repository: something leans on it"
        );
    }
    Ok(text)
}

/// Whether the next resource begins.
pub(crate) fn is_id(line: &str) -> bool {
    line.strip_prefix("  ")
        .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_alphanumeric()))
}

pub(crate) fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_left_out_with_all_of_its_resources() {
        const SOURCE: &str = "Resources:\n  AFunction:\n    Type: AWS::Serverless::Function\n    Properties:\n      Timeout: 5\n  Table:\n    Type: AWS::DynamoDB::Table\n    Properties:\n";
        let left = without(SOURCE, &["AWS::Serverless::Function"], &[]).unwrap();
        assert!(
            !left.contains("AFunction") && left.contains("  Table:"),
            "{left}"
        );
        let leaning = format!("{SOURCE}      Name: !Ref AFunction\n");
        let refused = without(&leaning, &["AWS::Serverless::Function"], &[]).unwrap_err();
        assert!(refused.to_string().contains("AFunction can't be left out"));
    }

    #[test]
    fn this_repositorys_template_has_each_line_that_stands_otherwise() {
        let text =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml"));
        let text = text.unwrap();
        let told = for_repository(&text).unwrap();
        for kind in LEFT_OUT {
            assert!(text.contains(kind) && !told.contains(kind), "{kind}");
        }
        for name in IDLE {
            assert!(text.contains(name) && !told.contains(name), "{name}");
        }
        assert!(!told.contains("OriginAccessControl"), "{told}");
        let (gone, _) = INSTEAD[0];
        assert!(for_repository(&text.replace(gone, "")).is_err());
        assert!(for_repository(&format!("{text}{gone}\n")).is_err());
    }
}
