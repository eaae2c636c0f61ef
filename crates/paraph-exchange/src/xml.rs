//! A small tree of XML elements, read within limits and without any entity of the file's own.

use crate::error::{Error, shown};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// How deep elements may nest.
const DEEPEST: usize = 64;
/// How many elements and attributes a file may have together.
const MOST: usize = 1 << 20;

/// An element with its attributes and child elements; text between them is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Element>,
    /// Byte offset of the tag.
    pub(crate) offset: usize,
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

/// Reads a file's only root element.
///
/// Document type declarations are refused, and with them every declared or external entity;
/// references are those that XML predefines, and to characters.
pub(crate) fn parse(text: &str) -> Result<Element, Error> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root: Option<Element> = None;
    let mut count = 0usize;
    loop {
        let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event().map_err(|error| {
            let offset = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
            Error::malformed(format!("this is not XML: {error}")).at_offset(text, offset)
        })?;
        let (element, empty) = match event {
            Event::Start(tag) => (tag, false),
            Event::Empty(tag) => (tag, true),
            Event::End(_) => {
                if let Some(done) = open.pop() {
                    close(done, &mut open, &mut root);
                }
                continue;
            }
            Event::DocType(_) => {
                let message = "document type declarations are refused, as they can declare entities";
                return Err(Error::hostile(message)
                    .at_offset(text, offset)
                    .hint("remove the line that begins with <!DOCTYPE"));
            }
            Event::GeneralRef(reference) => {
                let predefined =
                    ["amp", "lt", "gt", "quot", "apos"].contains(&reference.xml10_content().as_ref());
                if !predefined && !matches!(reference.resolve_char_ref(), Ok(Some(_))) {
                    let message = format!(
                        "the entity `{}` is not one that XML predefines",
                        shown(&reference.xml10_content())
                    );
                    return Err(Error::hostile(message).at_offset(text, offset));
                }
                continue;
            }
            Event::Text(content) => {
                if open.is_empty()
                    && !content.xml10_content().trim().trim_start_matches('\u{feff}').is_empty()
                {
                    return Err(Error::malformed("text outside the root element").at_offset(text, offset));
                }
                continue;
            }
            Event::CData(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
            Event::Eof => break,
        };
        if open.len() == DEEPEST {
            return Err(
                Error::hostile(format!("elements nest more than {DEEPEST} deep")).at_offset(text, offset)
            );
        }
        if open.is_empty() && root.is_some() {
            return Err(Error::malformed("a second root element").at_offset(text, offset));
        }
        let element = read_element(&element, text, offset)?;
        count += 1 + element.attributes.len();
        if count > MOST {
            return Err(
                Error::too_large(format!("more than {MOST} elements and attributes")).at_offset(text, offset)
            );
        }
        if empty {
            close(element, &mut open, &mut root);
        } else {
            open.push(element);
        }
    }
    if let Some(unclosed) = open.last() {
        let message = format!("`<{}>` is not closed", shown(&unclosed.name));
        return Err(Error::malformed(message).at_offset(text, unclosed.offset));
    }
    root.ok_or_else(|| Error::malformed("there is no element").at(1, 1))
}

fn close(done: Element, open: &mut [Element], root: &mut Option<Element>) {
    match open.last_mut() {
        Some(parent) => parent.children.push(done),
        None => *root = Some(done),
    }
}

fn read_element(tag: &BytesStart<'_>, text: &str, offset: usize) -> Result<Element, Error> {
    let fault = |error: String| Error::malformed(format!("this is not XML: {error}")).at_offset(text, offset);
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| fault(error.to_string()))?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| {
            Error::hostile(format!("an attribute refers to something that XML does not predefine: {error}"))
                .at_offset(text, offset)
        })?;
        attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
        if attributes.len() > 64 {
            return Err(Error::hostile("more than 64 attributes on one element").at_offset(text, offset));
        }
    }
    Ok(Element { name: tag.local_name().as_ref().to_owned(), attributes, children: Vec::new(), offset })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_elements_with_places() {
        let root = parse("<?xml version='1.0'?>\n<a x='1 &amp; 2'><b/><c>&lt;</c></a>").unwrap();
        assert_eq!((root.attribute("x"), root.children.len()), (Some("1 & 2"), 2));
        assert_eq!(crate::error::place("<a>\n <b/>", 5), (2, 2));
    }

    #[test]
    fn refuses_what_is_hostile() {
        let bomb = "<!DOCTYPE a [<!ENTITY x 'y'><!ENTITY z '&x;&x;'>]><a>&z;</a>";
        assert!(parse(bomb).unwrap_err().is_hostile());
        assert!(parse("<a>&x;</a>").unwrap_err().is_hostile());
        assert!(parse("<a b='&x;'/>").unwrap_err().is_hostile());
        assert!(parse("<a b='&#65;'>&#x42;</a>").is_ok());
        let deep = "<a>".repeat((100 << 20) / 3);
        assert!(parse(&deep).unwrap_err().is_hostile());
        let wide = format!("<a {}/>", (0..100).map(|n| format!("x{n}='' ")).collect::<String>());
        assert!(parse(&wide).unwrap_err().is_hostile());
    }

    #[test]
    fn faults_have_places() {
        for (text, place) in
            [("<a>\n<b></a>", (2, 4)), ("<a>\n <b>", (2, 2)), ("x<a/>", (1, 1)), ("<a/><b/>", (1, 5))]
        {
            let error = parse(text).unwrap_err();
            assert!(error.is_malformed(), "{text}: {error}");
            assert_eq!(error.place(), Some(place), "{text}: {error}");
        }
    }
}
