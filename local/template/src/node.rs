//! The YAML tree with line numbers; short tags (`!Ref`) are turned into their long form (`Fn::…`) while reading.

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use serde_json::Value;

use crate::problems::Problem;

/// A node of the template and the line it starts at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) line: usize,
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// Null, boolean, number or string.
    Scalar(Value),
    Sequence(Vec<Node>),
    Mapping(Vec<(String, Node)>),
}

impl Node {
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entries()
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, node)| node)
    }

    /// Key and value of a mapping; nothing for anything else.
    pub(crate) fn entries(&self) -> &[(String, Self)] {
        if let Kind::Mapping(entries) = &self.kind {
            entries
        } else {
            &[]
        }
    }

    pub(crate) fn items(&self) -> Option<&[Self]> {
        if let Kind::Sequence(items) = &self.kind {
            Some(items)
        } else {
            None
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        if let Kind::Scalar(Value::String(text)) = &self.kind {
            Some(text)
        } else {
            None
        }
    }

    /// A scalar as CloudFormation passes it on: numbers and booleans as text.
    pub(crate) fn scalar_text(&self) -> Option<String> {
        match &self.kind {
            Kind::Scalar(Value::String(text)) => Some(text.clone()),
            Kind::Scalar(value @ (Value::Number(_) | Value::Bool(_))) => Some(value.to_string()),
            _ => None,
        }
    }
}

/// Reads one YAML document.
pub(crate) fn read(text: &str) -> Result<Node, Vec<Problem>> {
    let mut reader = Reader {
        events: Parser::new_from_str(text),
        problems: Vec::new(),
    };
    let node = reader.document();
    match node {
        Ok(node) if reader.problems.is_empty() => Ok(node),
        Ok(_) => Err(reader.problems),
        Err(error) => {
            let line = error.marker().line();
            reader
                .problems
                .push(Problem::at(line, "YAML", error.info()));
            Err(reader.problems)
        }
    }
}

struct Reader<'text> {
    events: Parser<'text, StrInput<'text>>,
    problems: Vec<Problem>,
}

impl<'text> Reader<'text> {
    fn next(&mut self) -> Result<(Event<'text>, Span), ScanError> {
        self.events
            .next()
            .unwrap_or(Ok((Event::StreamEnd, Span::default())))
    }

    fn document(&mut self) -> Result<Node, ScanError> {
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(_), _) => {}
                (Event::StreamEnd, _) => {
                    return Ok(Node {
                        line: 1,
                        kind: Kind::Scalar(Value::Null),
                    });
                }
                (event, span) => {
                    let node = self.node(event, span)?;
                    self.refuse_further_documents()?;
                    return Ok(node);
                }
            }
        }
    }

    fn refuse_further_documents(&mut self) -> Result<(), ScanError> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(()),
                (Event::DocumentStart(_), span) => {
                    self.problems.push(Problem::at(
                        span.start.line(),
                        "YAML",
                        "a second document: a template is one document",
                    ));
                    return Ok(());
                }
                _ => {}
            }
        }
    }

    fn node(&mut self, event: Event<'text>, span: Span) -> Result<Node, ScanError> {
        let line = span.start.line();
        let (kind, tag) = match event {
            Event::Scalar(text, style, _, tag) => (
                Kind::Scalar(self.scalar(&text, style, line, tag.as_deref())),
                tag,
            ),
            Event::SequenceStart(_, tag) => (self.sequence()?, tag),
            Event::MappingStart(_, tag) => (self.mapping()?, tag),
            Event::Alias(_) => {
                self.problems.push(Problem::at(
                    line,
                    "YAML",
                    "aliases are not read: CloudFormation refuses them",
                ));
                (Kind::Scalar(Value::Null), None)
            }
            _ => (Kind::Scalar(Value::Null), None),
        };
        let node = Node { line, kind };
        Ok(match tag {
            Some(tag) if !tag.is_yaml_core_schema() => self.long_form(&tag, node),
            _ => node,
        })
    }

    fn sequence(&mut self) -> Result<Kind, ScanError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd | Event::StreamEnd, _) => return Ok(Kind::Sequence(items)),
                (event, span) => items.push(self.node(event, span)?),
            }
        }
    }

    fn mapping(&mut self) -> Result<Kind, ScanError> {
        let mut entries: Vec<(String, Node)> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd | Event::StreamEnd) {
                return Ok(Kind::Mapping(entries));
            }
            let line = span.start.line();
            let key = self.node(event, span)?.scalar_text();
            let (event, span) = self.next()?;
            let value = self.node(event, span)?;
            match key {
                Some(key) if entries.iter().any(|(known, _)| *known == key) => {
                    self.problems.push(Problem::at(
                        line,
                        "YAML",
                        format!("`{key}` appears twice in the same mapping"),
                    ));
                }
                Some(key) => entries.push((key, value)),
                None => self.problems.push(Problem::at(
                    line,
                    "YAML",
                    "a key of a mapping has to be text",
                )),
            }
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, line: usize, tag: Option<&Tag>) -> Value {
        if style != ScalarStyle::Plain || tag.is_some() {
            return Value::String(text.to_owned());
        }
        if read_differently_by_yaml_1_1(text) {
            self.problems.push(Problem::at(
                line,
                "YAML",
                format!("quote `{text}`: CloudFormation's YAML 1.1 does not read it as text"),
            ));
        }
        match text {
            "" | "~" | "null" | "Null" | "NULL" => Value::Null,
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            _ => number(text).unwrap_or_else(|| Value::String(text.to_owned())),
        }
    }

    fn long_form(&mut self, tag: &Tag, node: Node) -> Node {
        let line = node.line;
        let key = match (tag.handle.as_str(), tag.suffix.as_str()) {
            ("!", "Ref") => "Ref".to_owned(),
            ("!", "Condition") => "Condition".to_owned(),
            (
                "!",
                name @ ("Sub" | "GetAtt" | "If" | "Equals" | "Not" | "And" | "Or" | "FindInMap"
                | "Join" | "Select" | "Split"),
            ) => format!("Fn::{name}"),
            _ => {
                self.problems.push(Problem::at(
                    line,
                    "YAML",
                    format!("the local stack does not know the tag {tag}"),
                ));
                return node;
            }
        };
        Node {
            line,
            kind: Kind::Mapping(vec![(key, node)]),
        }
    }
}

/// Text that YAML 1.1 takes for a boolean, an octal or a sexagesimal number.
fn read_differently_by_yaml_1_1(text: &str) -> bool {
    let boolean = ["yes", "no", "on", "off", "y", "n"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let octal = text.len() > 1 && text.starts_with('0') && digits(text);
    let sexagesimal = text.contains(':') && text.split(':').all(digits);
    boolean || octal || sexagesimal
}

fn number(text: &str) -> Option<Value> {
    if let Ok(integer) = text.parse::<i64>() {
        return Some(Value::from(integer));
    }
    let looks_like_a_number = text
        .starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first))
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
        && text.bytes().any(|byte| byte.is_ascii_digit());
    looks_like_a_number
        .then(|| text.parse::<f64>().ok())
        .flatten()
        .map(Value::from)
}
