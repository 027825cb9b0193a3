use super::derive;

/// Names and texts of the mutants of a template with these sections.
fn mutants(text: &str) -> Vec<(String, String)> {
    let mutants = derive(text).unwrap();
    mutants
        .into_iter()
        .map(|mutant| (mutant.name, mutant.text))
        .collect()
}

const SMALL: &str = "\
Parameters:
  Days: {Type: Number, Default: 3, MinValue: 1}
Conditions:
  Kept: !Equals [!Ref Days, 0]
Resources:
  # What stays.
  F:
    Type: AWS::Serverless::Function
    Properties:
      Description: for people
      Environment:
        Variables:
          A: !Ref Days
          B: !Sub x-${AWS::Region}
      Policies:
        - Statement:
            - Effect: Allow
              Action: [s3:GetObject, s3:PutObject]
              Resource: !Sub arn
            # Why it is there.
            - Effect: Allow
              Action: s3:ListBucket
              Resource: \"*\"
  Q: {Type: AWS::SQS::Queue, Properties: {Timeout: 5, Open: false}}
";

#[test]
fn every_kind_of_change_is_made() {
    let names: Vec<String> = mutants(SMALL).into_iter().map(|(name, _)| name).collect();
    for want in [
        "Parameters.Days.MinValue: dropped 1",
        "Conditions.Kept: inverted",
        "F: dropped",
        "F.Environment.Variables.A: dropped !Ref Days",
        "F.Environment.Variables.A: fixed to Days's default",
        "F.Environment.Variables.B: dropped !Sub x-${AWS::Region}",
        "F.Policies.0.Statement.0: dropped [s3:GetObject, s3:PutObject]",
        "F.Policies.0.Statement.0.Action.1: dropped s3:PutObject",
        "F.Policies.0.Statement.0.Action: widened to all actions",
        "F.Policies.0.Statement.0.Resource: widened to all resources",
        "F.Policies.0.Statement.0.Effect: Allow became Deny",
        "F.Policies.0.Statement.1: dropped s3:ListBucket",
        "Q: dropped",
        "Q.Properties: dropped {Timeout: 5, Open: false}",
        "Q.Timeout: dropped 5",
        "Q.Timeout: doubled",
        "Q.Timeout: halved",
        "Q.Open: false became true",
    ] {
        assert!(
            names.iter().any(|name| name == want),
            "{want} is not among {names:#?}"
        );
    }
    assert!(
        !names.iter().any(|name| name.contains("Description")),
        "texts for people are left alone: {names:#?}"
    );
}

#[test]
fn the_rest_stays_as_it_is_written() {
    let all = mutants(SMALL);
    let text = |name: &str| {
        let found = all.iter().find(|(known, _)| known == name);
        found.unwrap_or_else(|| panic!("{name}")).1.clone()
    };
    for (name, from, to) in [
        (
            "Q.Timeout: dropped 5",
            "{Timeout: 5, Open: false}",
            "{Open: false}",
        ),
        (
            "Q.Open: dropped false",
            "{Timeout: 5, Open: false}",
            "{Timeout: 5}",
        ),
        ("Q.Timeout: doubled", "Timeout: 5", "Timeout: 10"),
        (
            "F.Environment.Variables.A: dropped !Ref Days",
            "          A: !Ref Days\n",
            "",
        ),
        (
            "F.Policies.0.Statement.0.Action.0: dropped s3:GetObject",
            "[s3:GetObject, s3:PutObject]",
            "[s3:PutObject]",
        ),
        (
            "F.Policies.0.Statement.0.Effect: dropped Allow",
            "- Effect: Allow\n              Action: [",
            "- Action: [",
        ),
    ] {
        assert_eq!(text(name), SMALL.replacen(from, to, 1), "{name}");
    }
}

/// An empty list or map would be a mistake of its own: what held the last one goes too.
#[test]
fn the_last_of_its_kind_takes_its_place_along() {
    let text = "Resources:\n  A: {Type: a}\n  F:\n    Type: t\n    Properties:\n      L: [{M: {K: 1}}]\n      O: 2\n";
    let names: Vec<String> = mutants(text).into_iter().map(|(name, _)| name).collect();
    let dropped: Vec<&String> = names
        .iter()
        .filter(|name| name.starts_with("F.L"))
        .collect();
    assert_eq!(
        dropped,
        ["F.L: dropped [{M: {K: 1}}]", "F.L.0.M.K: doubled"]
    );
}

#[test]
fn choices_are_swapped() {
    let text = "Parameters:\n  D: {Type: Number, Default: 7}\nResources:\n  F:\n    Properties:\n      L:\n        - !If [C, {Days: !Ref D, P: x}, !Ref \"AWS::NoValue\"]\n      O: x\n";
    let all = mutants(text);
    let swapped = all
        .iter()
        .find(|(name, _)| name == "F.L.0: branches swapped");
    assert!(
        swapped.is_some_and(
            |(_, text)| text.contains("- !If [C, !Ref \"AWS::NoValue\", {Days: !Ref D, P: x}]")
        ),
        "{all:#?}"
    );
    let fixed = all.iter().find(|(name, _)| name.contains("fixed"));
    assert!(
        fixed.is_some_and(|(_, text)| text.contains("{Days: 7, P: x}")),
        "{all:#?}"
    );
}

/// Every mutant is read again and compared with what was meant while it is made: a slip is an error.
#[test]
fn the_projects_own_template_has_mutants_of_every_resource() {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml")).unwrap();
    let all = mutants(&text);
    let names: std::collections::BTreeSet<&String> = all.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), all.len(), "each name is used once");
    let root = super::source::read(&text).unwrap();
    for resource in root.get("Resources").unwrap().entries() {
        let gone = format!("{}: dropped", resource.key);
        assert!(names.iter().any(|name| name.starts_with(&gone)), "{gone}");
    }
    assert!(all.iter().all(|(_, mutated)| *mutated != text));
}
