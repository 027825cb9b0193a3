//! What is wrong in a section is refused when the template is read, whether anything uses it or not.

use super::{HEADER, evaluated};
use crate::Template;

/// A template of one queue and these sections.
fn parsed(sections: &str) -> String {
    let text = format!("{HEADER}\n{sections}\n");
    Template::parse(&text)
        .err()
        .map(|problems| problems.to_string())
        .unwrap_or_default()
}

const QUEUE: &str = "Resources: {Q: {Type: AWS::SQS::Queue}}";

#[test]
fn conditions_are_checked_used_or_not() {
    for (conditions, want) in [
        ("A: !Equals [1, 2]", ""),
        (
            "A: !Equals [!Ref P, x]\n  B: !Or [!Condition A, !Not [!Condition A], !Equals [!Ref AWS::Region, r]]",
            "",
        ),
        ("A: !And [!Equals [1, 2]]", "take two to ten conditions"),
        ("A: !Or [!Equals [1, 2]]", "take two to ten conditions"),
        (
            "A: !Not [!Equals [1, 2], !Equals [1, 2]]",
            "Fn::Not takes a list of one condition",
        ),
        (
            "A: !Not {Fn::Equals: [1, 2]}",
            "Fn::Not takes a list of one condition",
        ),
        ("A: !Equals [1]", "Fn::Equals takes two values"),
        ("A: !Equals [1, 2, 3]", "Fn::Equals takes two values"),
        ("A: true", "has to be one of Fn::Equals"),
        ("A: !Ref P", "is no condition"),
        ("A: !And [!Ref P, !Equals [1, 2]]", "is no condition"),
        ("A: {Condition: [B]}", "Condition takes a name"),
        ("A: !Condition B", "there is no condition `B`"),
        ("A: !Not [!Condition B]", "there is no condition `B`"),
        ("A: !Condition A", "circular dependency"),
        (
            "A: !Not [!Condition B]\n  B: !Not [!Condition A]",
            "circular dependency, which CloudFormation refuses: A -> B -> A",
        ),
        ("A: !Equals [!Ref Q, x]", "`Q` is no parameter"),
        ("A: !Equals [!Sub '${Q.Arn}', x]", "`Q` is no parameter"),
        ("A: !Equals [!Ref Nothing, x]", "`Nothing` is no parameter"),
        ("A-B: !Equals [1, 2]", "letters and digits only"),
    ] {
        let problems = parsed(&format!(
            "Parameters: {{P: {{Type: String, Default: x}}}}\nConditions:\n  {conditions}\n{QUEUE}"
        ));
        assert!(
            problems.contains(want) && problems.is_empty() == want.is_empty(),
            "{conditions}: {problems}"
        );
    }
}

#[test]
fn what_names_a_condition_names_one_that_there_is() {
    for (sections, want) in [
        ("Resources: {Q: {Type: AWS::SQS::Queue, Condition: C}}", ""),
        (
            "Resources: {Q: {Type: AWS::SQS::Queue, Condition: D}}",
            "Resources.Q.Condition: there is no condition `D`",
        ),
        (
            "Resources: {Q: {Type: AWS::SQS::Queue, Condition: [C]}}",
            "has to be the name of a condition",
        ),
        // Neither branch is taken here: what is written is checked all the same.
        (
            "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {X: !If [C, 1, !If [D, 1, 2]]}}}",
            "there is no condition `D`",
        ),
        (
            "Resources: {Q: {Type: AWS::SQS::Queue}}\nOutputs: {O: {Condition: D, Value: x}}",
            "Outputs.O: there is no condition `D`",
        ),
        (
            "Resources: {Q: {Type: AWS::SQS::Queue}}\nOutputs: {O: {Condition: {a: b}, Value: x}}",
            "has to be the name of a condition",
        ),
    ] {
        let problems = parsed(&format!("Conditions: {{C: !Equals [1, 1]}}\n{sections}"));
        assert!(
            problems.contains(want) && problems.is_empty() == want.is_empty(),
            "{sections}: {problems}"
        );
    }
}

#[test]
fn resources_wait_for_resources_only() {
    let two = |first: &str, second: &str| {
        format!(
            "Parameters: {{P: {{Type: String, Default: x}}}}\nResources: {{A: {{Type: AWS::SQS::Queue{first}}}, B: {{Type: AWS::SQS::Queue{second}}}}}"
        )
    };
    for (first, second, want) in [
        (", DependsOn: B", "", ""),
        (", DependsOn: [B]", "", ""),
        (
            ", DependsOn: C",
            "",
            "Resources.A.DependsOn: `C` is no resource",
        ),
        (", DependsOn: P", "", "`P` is no resource"),
        (
            ", DependsOn: AWS::Region",
            "",
            "`AWS::Region` is no resource",
        ),
        (", DependsOn: []", "", "has to be the logical id"),
        (", DependsOn: {a: b}", "", "has to be the logical id"),
        (
            ", DependsOn: A",
            "",
            "circular dependency, which CloudFormation refuses: A -> A",
        ),
        (", DependsOn: B", ", DependsOn: A", "A -> B -> A"),
        (
            ", DependsOn: B",
            ", Properties: {X: !GetAtt A.Arn}",
            "A -> B -> A",
        ),
        (
            ", Properties: {X: !Sub '${B}'}",
            ", Properties: {X: !Sub ['${z}', {z: !Ref A}]}",
            "A -> B -> A",
        ),
        // A choice that is not taken is a dependency too.
        (
            ", Properties: {X: !If [C, !Ref B, x]}",
            ", DependsOn: A",
            "A -> B -> A",
        ),
        (
            ", DeletionPolicy: Retain, UpdateReplacePolicy: Delete",
            "",
            "",
        ),
        (", DeletionPolicy: Keep", "", "has to be Delete or Retain"),
        (
            ", UpdateReplacePolicy: Snapshot",
            "",
            "has to be Delete or Retain",
        ),
    ] {
        let problems = parsed(&format!(
            "Conditions: {{C: !Equals [1, 2]}}\n{}",
            two(first, second)
        ));
        assert!(
            problems.contains(want) && problems.is_empty() == want.is_empty(),
            "{first} / {second}: {problems}"
        );
    }
}

#[test]
fn mappings_are_two_levels_of_plain_values() {
    for (mappings, want) in [
        ("M: {a: {b: 1, c: [x, z]}}", ""),
        ("M: {}", "at least one name"),
        ("M: {a: x}", "at least one name"),
        (
            "M: {a: {b: !Ref AWS::Region}}",
            "mappings are not evaluated",
        ),
        ("M: {a: {b: }}", "mappings are not evaluated"),
        (
            "M: {a: {b: [!Ref AWS::Region]}}",
            "mappings are not evaluated",
        ),
    ] {
        let problems = parsed(&format!("Mappings: {{{mappings}}}\n{QUEUE}"));
        assert!(
            problems.contains(want) && problems.is_empty() == want.is_empty(),
            "{mappings}: {problems}"
        );
    }
}

#[test]
fn names_and_outputs() {
    for (sections, want) in [
        (
            "Resources: {a-b: {Type: AWS::SQS::Queue}}",
            "Resources.a-b: a logical id",
        ),
        (
            "Parameters: {a_b: {Type: String}}\nResources: {Q: {Type: AWS::SQS::Queue}}",
            "Parameters.a_b: a logical id",
        ),
        (
            "Parameters: {Q: {Type: String}}\nResources: {Q: {Type: AWS::SQS::Queue}}",
            "a parameter has the same name",
        ),
        (
            "Resources: {Q: {Type: AWS::SQS::Queue}}\nOutputs: {O: {Description: nothing}}",
            "Outputs.O: has no Value",
        ),
        (
            "Resources: {Q: {Type: AWS::SQS::Queue}}\nOutputs: {O: {Value: x, Export: {Name: x}}}",
            "Outputs.O.Export: the local stack does not know",
        ),
        (
            "Resources: {Q: {Type: AWS::SQS::Queue}}\nOutputs: {O: {Value: !Ref R}}",
            "`R` is neither a parameter nor a resource",
        ),
        (
            "Resources: {Q: {Properties: {}}}",
            "Resources.Q: has no Type",
        ),
        ("Resources: {}", "the template has no resources"),
    ] {
        let problems = parsed(sections);
        assert!(problems.contains(want), "{sections}: {problems}");
    }
}

#[test]
fn parameter_declarations() {
    for (declaration, want) in [
        (
            "{Type: String, AllowedValues: [a, b], ConstraintDescription: c, NoEcho: true}",
            "",
        ),
        ("{Default: x}", "has no Type"),
        (
            "{Type: AWS::SSM::Parameter::Value<String>}",
            "has to be String, Number",
        ),
        ("{Type: String, AllowedValues: a}", "has to be a list"),
        (
            "{Type: String, AllowedValues: [{a: b}]}",
            "has to be a list of values",
        ),
        (
            "{Type: String, AllowedPattern: '('}",
            "is no regular expression",
        ),
        ("{Type: Number, MinValue: few}", "has to be a number"),
        (
            "{Type: String, Pattern: x}",
            "is no property of a parameter",
        ),
        ("{Type: String, Default: [a]}", "has to be one value"),
    ] {
        let problems = parsed(&format!("Parameters: {{P: {declaration}}}\n{QUEUE}"));
        assert!(
            problems.contains(want) && problems.is_empty() == want.is_empty(),
            "{declaration}: {problems}"
        );
    }
}

#[test]
fn arguments_of_the_wrong_number_or_kind() {
    for (written, want) in [
        ("!If [Red, 1]", "Fn::If takes a condition and two values"),
        (
            "!If [Red, 1, 2, 3]",
            "Fn::If takes a condition and two values",
        ),
        (
            "!If [!Ref Colour, 1, 2]",
            "Fn::If takes the name of a condition",
        ),
        ("!If Red", "Fn::If takes a condition and two values"),
        (
            "!GetAtt [Queue, Arn, More]",
            "Fn::GetAtt takes a resource and an attribute",
        ),
        (
            "!GetAtt [!Ref Colour, Arn]",
            "Fn::GetAtt takes a resource and an attribute",
        ),
        (
            "!GetAtt {a: b}",
            "Fn::GetAtt takes a resource and an attribute",
        ),
        ("!GetAtt Queue", "takes `<resource>.<attribute>`"),
        ("!Ref [Queue]", "Ref takes one name"),
        ("!Ref AWS::NotificationARNs", "has no value here"),
        ("!Ref AWS::Nothing", "is neither a parameter nor a resource"),
        ("!Sub [a]", "Fn::Sub takes text, or text and a map of names"),
        (
            "!Sub ['${Colour}', [Own]]",
            "Fn::Sub takes text, or text and a map of names",
        ),
        ("!Sub {a: b}", "Fn::Sub takes text"),
        ("!Sub '${Colour'", "`${` without `}`"),
        ("!Sub '${Names}'", "`Names` is no text"),
        ("!Join ['-']", "Fn::Join takes a delimiter and a list"),
        ("!Join ['-', a]", "has to be a list"),
        ("!Join ['-', [[a]]]", "Fn::Join joins text only"),
        ("!Split ['/']", "Fn::Split takes a delimiter and text"),
        ("!Split ['', abc]", "a delimiter that is not empty"),
        ("!Split ['/', [a]]", "has to be text"),
        ("!Select [0]", "Fn::Select takes an index and a list"),
        ("!Select [-1, [a]]", "index below 1"),
        ("!Select [first, [a]]", "index below 1"),
        ("!Select [0, a]", "has to be a list"),
        (
            "!FindInMap [Sizes, red]",
            "Fn::FindInMap takes a map and two keys",
        ),
        (
            "!FindInMap [Shapes, red, big]",
            "Mappings.Shapes.red.big does not exist",
        ),
        (
            "!FindInMap [Sizes, !Ref AWS::NoValue, big]",
            "not AWS::NoValue",
        ),
        ("{'Fn::Equals': [a, a]}", "does not know Fn::Equals here"),
        ("{'Fn::Base64': a}", "does not know Fn::Base64 here"),
        (
            "{Ref: Queue, Other: x}",
            "Ref has to stand alone in its map",
        ),
        (
            "{'Fn::Sub': a, 'Fn::Join': ['', []]}",
            "has to stand alone in its map",
        ),
        (
            "'{{resolve:secretsmanager:other:SecretString}}'",
            "<secret of this template>",
        ),
        (
            "!Sub '{{resolve:secretsmanager:${Key}:SecretString:part}}'",
            "<secret of this template>",
        ),
        ("'{{resolve:secretsmanager:x'", "without `}}`"),
        ("!Cidr [a, 1, 1]", "does not know the tag !Cidr"),
        ("&x a", ""),
    ] {
        let outcome = evaluated(written);
        let problems = outcome.err().unwrap_or_default();
        assert!(
            problems.contains(want) && problems.is_empty() == want.is_empty(),
            "{written}: {problems}"
        );
    }
}
