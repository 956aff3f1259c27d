//! XML in small trees, one element of interest at a time: nothing external is ever fetched, no entity is ever
//! expanded, depth and size are bounded.

use super::{Fault, clean};
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// Deepest element.
const MAX_DEPTH: usize = 48;
/// Most elements of one tree.
const MAX_NODES: usize = 200_000;
/// Longest text of one element, in bytes.
const MAX_TEXT: usize = 16_000;

/// One element with its children.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Without its namespace prefix.
    pub name: String,
    pub text: String,
    /// The currency attribute of amounts.
    pub currency: Option<String>,
    /// Line of the file, from 1.
    pub line: u32,
    pub children: Vec<Node>,
}

impl Node {
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|c| c.name == name)
    }
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |c| c.name == name)
    }
    /// The element at the end of a path of first children.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, name| node.child(name))
    }
    /// Trimmed text at the end of a path; nothing when blank.
    pub fn text_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path).map(|n| n.text.trim()).filter(|t| !t.is_empty())
    }
}

/// Where a reader is: what it has opened around the element it looks at.
pub(super) enum Step<'a> {
    /// Opens an element that is no tree of interest.
    Open(&'a str),
    /// A whole element of interest.
    Whole(Node),
    Close(&'a str),
}

fn local(tag: &str) -> &str {
    tag.rsplit_once(':').map_or(tag, |(_, name)| name)
}

struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl Lines<'_> {
    fn to(&mut self, at: usize) -> u32 {
        let passed = self.text.as_bytes().get(self.at..at).unwrap_or_default();
        let feeds = passed.iter().filter(|b| **b == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(feeds).unwrap_or(u32::MAX));
        self.at = self.at.max(at);
        self.line
    }
}

/// Walks a document. Elements for which `wanted` says yes come as whole trees.
/// Errors: `xml_damaged`, `cut_off`, `entities_refused`, `too_deep`, `too_large`, and what `each` refuses.
pub(super) fn walk(
    text: &str,
    wanted: &dyn Fn(&str) -> bool,
    each: &mut dyn FnMut(Step<'_>, u32) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut lines = Lines { text, at: 0, line: 1 };
    let mut outside: Vec<String> = vec![];
    // The tree under construction, outermost first; empty outside of elements of interest.
    let mut open: Vec<Node> = vec![];
    let mut nodes = 0_usize;
    loop {
        let event = reader.read_event();
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let line = lines.to(at.min(text.len()));
        let event = event.map_err(|e| {
            let code = if at >= text.trim_end().len() {
                "cut_off"
            } else {
                "xml_damaged"
            };
            Fault::at(code, line).found(&e.to_string())
        })?;
        match event {
            Event::Start(tag) => {
                let name = local(tag.name().as_ref()).to_owned();
                if open.len() + outside.len() >= MAX_DEPTH {
                    return Err(Fault::at("too_deep", line));
                }
                if open.is_empty() && !wanted(&name) {
                    each(Step::Open(&name), line)?;
                    outside.push(name);
                    continue;
                }
                nodes = if open.is_empty() { 1 } else { nodes + 1 };
                if nodes > MAX_NODES {
                    return Err(Fault::at("too_large", line));
                }
                open.push(Node {
                    currency: currency_of(&tag),
                    name,
                    line,
                    ..Node::default()
                });
            }
            Event::End(_) => match (open.pop(), open.last_mut()) {
                (Some(node), Some(parent)) => parent.children.push(node),
                (Some(node), None) => each(Step::Whole(node), line)?,
                (None, _) => {
                    let name = outside.pop().ok_or(Fault::at("xml_damaged", line))?;
                    each(Step::Close(&name), line)?;
                }
            },
            Event::Text(part) => add(&mut open, &part, line)?,
            Event::CData(part) => add(&mut open, &part, line)?,
            Event::GeneralRef(name) => match resolve_predefined_entity(&name) {
                Some(part) => add(&mut open, part, line)?,
                None => match name.resolve_char_ref() {
                    Ok(Some(c)) => add(&mut open, c.encode_utf8(&mut [0; 4]), line)?,
                    Ok(None) | Err(_) => return Err(Fault::at("entities_refused", line)),
                },
            },
            Event::DocType(_) => return Err(Fault::at("entities_refused", line)),
            Event::Eof if open.is_empty() && outside.is_empty() => return Ok(()),
            Event::Eof => return Err(Fault::at("cut_off", line)),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn add(open: &mut [Node], part: &str, line: u32) -> Result<(), Fault> {
    let Some(node) = open.last_mut() else { return Ok(()) };
    if node.text.len() + part.len() > MAX_TEXT {
        return Err(Fault::at("too_large", line));
    }
    node.text.push_str(part);
    Ok(())
}

fn currency_of(tag: &BytesStart<'_>) -> Option<String> {
    let found = tag
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|a| a.key.as_ref() == "Ccy")?;
    let value = found.normalized_value(XmlVersion::Implicit1_0).ok()?;
    super::currency(&clean(&value, 10))
}
