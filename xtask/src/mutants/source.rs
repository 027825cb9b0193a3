//! The template's text as a tree that knows where each part stands, so that one part can be changed and the rest stays as written.

use std::ops::Range;

use anyhow::{Context as _, bail};
use saphyr_parser::{Event, Parser, Span, StrInput, Tag};

/// A node, with the bytes that it takes. Its tag (`!Ref`) is part of it.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) range: Range<usize>,
    /// `Ref`, `Sub`, …; none for plain values.
    pub(super) tag: Option<String>,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Scalar(String),
    Sequence(Vec<Node>),
    Mapping(Vec<Entry>),
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    /// Where the key begins.
    pub(super) start: usize,
    pub(super) value: Node,
}

impl Node {
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let entry = self.entries().iter().find(|entry| entry.key == key)?;
        Some(&entry.value)
    }

    /// Nothing for anything but a mapping.
    pub(super) fn entries(&self) -> &[Entry] {
        if let Kind::Mapping(entries) = &self.kind {
            entries
        } else {
            &[]
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        if let Kind::Scalar(text) = &self.kind {
            Some(text)
        } else {
            None
        }
    }

    /// Whether both say the same, wherever they stand.
    pub(super) fn says(&self, other: &Self) -> bool {
        self.tag == other.tag
            && match (&self.kind, &other.kind) {
                (Kind::Scalar(one), Kind::Scalar(two)) => one == two,
                (Kind::Sequence(one), Kind::Sequence(two)) => {
                    one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.says(two))
                }
                (Kind::Mapping(one), Kind::Mapping(two)) => {
                    one.len() == two.len()
                        && one
                            .iter()
                            .zip(two)
                            .all(|(one, two)| one.key == two.key && one.value.says(&two.value))
                }
                _ => false,
            }
    }

    /// Start and end of each child: what has to go for it to be gone, but for a separator.
    pub(super) fn children(&self) -> Vec<Range<usize>> {
        match &self.kind {
            Kind::Scalar(_) => Vec::new(),
            Kind::Sequence(items) => items.iter().map(|item| item.range.clone()).collect(),
            Kind::Mapping(entries) => entries
                .iter()
                .map(|entry| entry.start..entry.value.range.end)
                .collect(),
        }
    }

    pub(super) fn child(&self, index: usize) -> Option<&Self> {
        match &self.kind {
            Kind::Scalar(_) => None,
            Kind::Sequence(items) => items.get(index),
            Kind::Mapping(entries) => entries.get(index).map(|entry| &entry.value),
        }
    }

    pub(super) fn child_mut(&mut self, index: usize) -> Option<&mut Self> {
        match &mut self.kind {
            Kind::Scalar(_) => None,
            Kind::Sequence(items) => items.get_mut(index),
            Kind::Mapping(entries) => entries.get_mut(index).map(|entry| &mut entry.value),
        }
    }

    /// Takes a child out.
    pub(super) fn remove(&mut self, index: usize) {
        match &mut self.kind {
            Kind::Scalar(_) => {}
            Kind::Sequence(items) => drop(items.remove(index)),
            Kind::Mapping(entries) => drop(entries.remove(index)),
        }
    }
}

/// Reads a template.
pub(super) fn read(text: &str) -> anyhow::Result<Node> {
    if !text.is_ascii() {
        bail!(
            "the template holds characters beyond ASCII, whose places the YAML reader does not count in bytes"
        );
    }
    let mut reader = Reader {
        text,
        events: Parser::new_from_str(text),
    };
    loop {
        match reader.next()? {
            (Event::StreamStart | Event::DocumentStart(_), _) => {}
            (event, span) => return reader.node(event, span, 0),
        }
    }
}

struct Reader<'text> {
    text: &'text str,
    events: Parser<'text, StrInput<'text>>,
}

impl<'text> Reader<'text> {
    fn next(&mut self) -> anyhow::Result<(Event<'text>, Span)> {
        let event = self.events.next().context("the template ends early")?;
        event.context("reading the template as YAML")
    }

    /// `after` is where the text before the node ends: its key's end, or the end of the item before.
    fn node(&mut self, event: Event<'text>, span: Span, after: usize) -> anyhow::Result<Node> {
        let begins = span.start.index();
        let (kind, end, tag) = match event {
            Event::Scalar(text, _, _, tag) => {
                let end = begins + self.text[begins..span.end.index()].trim_end().len();
                (Kind::Scalar(text.into_owned()), end, tag)
            }
            Event::SequenceStart(_, tag) => {
                let (items, end) = self.items(begins)?;
                (Kind::Sequence(items), end, tag)
            }
            Event::MappingStart(_, tag) => {
                let (entries, end) = self.mapping(begins)?;
                (Kind::Mapping(entries), end, tag)
            }
            other => bail!("the template holds what this tool does not know: {other:?}"),
        };
        let tag = tag
            .map(std::borrow::Cow::into_owned)
            .filter(|tag| !tag.is_yaml_core_schema());
        let begins = tag
            .as_ref()
            .map_or(begins, |tag| self.tag_start(tag, begins));
        let is_null = end <= begins && matches!(&kind, Kind::Scalar(text) if text.is_empty());
        Ok(Node {
            range: if is_null { after..after } else { begins..end },
            tag: tag.map(|tag| tag.suffix),
            kind,
        })
    }

    fn tag_start(&self, tag: &Tag, value: usize) -> usize {
        let written = format!("!{}", tag.suffix);
        self.text[..value].rfind(&written).unwrap_or(value)
    }

    /// The items up to the end of the sequence, and where it ends.
    fn items(&mut self, begins: usize) -> anyhow::Result<(Vec<Node>, usize)> {
        let (mut items, mut end): (Vec<Node>, usize) = (Vec::new(), begins);
        loop {
            match self.next()? {
                (Event::SequenceEnd, span) => return Ok((items, self.end(begins, end, span))),
                (event, span) => {
                    let item = self.node(event, span, end)?;
                    end = item.range.end;
                    items.push(item);
                }
            }
        }
    }

    fn mapping(&mut self, begins: usize) -> anyhow::Result<(Vec<Entry>, usize)> {
        let (mut entries, mut end): (Vec<Entry>, usize) = (Vec::new(), begins);
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok((entries, self.end(begins, end, span)));
            }
            let key = self.node(event, span, end)?;
            let name = key.text().context("a key is text")?.to_owned();
            let (event, span) = self.next()?;
            // Past the colon, for a value that is not there.
            let value = self.node(event, span, key.range.end + 1)?;
            end = value.range.end;
            entries.push(Entry {
                key: name,
                start: key.range.start,
                value,
            });
        }
    }

    /// A bracket of its own ends what began with one; anything else ends with its last child.
    fn end(&self, begins: usize, last_child: usize, span: Span) -> usize {
        if self.text[begins..].starts_with(['[', '{']) {
            span.end.index()
        } else {
            last_child
        }
    }
}
