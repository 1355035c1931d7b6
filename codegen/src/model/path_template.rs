//! Reads endpoint paths such as `/rooms/{cid}/members{/uid}`.

/// A path with placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathTemplate {
    /// As written: `/rooms/{cid}/members{/uid}`.
    pub text: String,
    /// Its parts.
    pub segments: Vec<Segment>,
}

/// Text between two slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A fixed text. The last one is empty where the path ends with a slash.
    Literal(String),
    /// `{name}`
    Parameter(String),
    /// `{/name}` at the end: the segment may be left out.
    Optional(String),
}

/// Reads a path.
///
/// # Errors
/// A sentence that says what is wrong.
pub(crate) fn parse(text: &str) -> Result<PathTemplate, String> {
    let rest = text.strip_prefix('/').ok_or("a path starts with `/`")?;
    let (rest, optional) = match rest.split_once("{/") {
        Some((before, tail)) => {
            let name = tail.strip_suffix('}').ok_or("`{/name}` is the last thing in a path")?;
            (before, Some(placeholder(name)?))
        }
        None => (rest, None),
    };
    // Some paths end with a slash, and without it they are others.
    let (rest, slash) = match rest.strip_suffix('/') {
        Some(rest) if !rest.is_empty() && optional.is_none() => (rest, true),
        _ => (rest, false),
    };
    let mut segments = Vec::new();
    for part in rest.split('/') {
        segments.push(segment(part)?);
    }
    segments.extend(slash.then(|| Segment::Literal(String::new())));
    segments.extend(optional.map(Segment::Optional));
    Ok(PathTemplate { text: text.to_owned(), segments })
}

fn segment(part: &str) -> Result<Segment, String> {
    if let Some(rest) = part.strip_prefix('{') {
        let name = rest
            .strip_suffix('}')
            .ok_or_else(|| format!("`{part}`: a placeholder is a whole segment, `/{{name}}/`"))?;
        return placeholder(name).map(Segment::Parameter);
    }
    if part.is_empty() {
        return Err("a path has no empty segments".to_owned());
    }
    match part.chars().find(|letter| !letter.is_ascii_alphanumeric() && !"-_.~".contains(*letter)) {
        None if part == "." || part == ".." => Err(format!("`{part}` is not a segment of a path")),
        None => Ok(Segment::Literal(part.to_owned())),
        Some('?') => Err("a path has no query; use `in: query`".to_owned()),
        Some(letter) => Err(format!("`{part}` contains `{letter}`; segments consist of letters, digits and `-_.~`")),
    }
}

fn placeholder(name: &str) -> Result<String, String> {
    if !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
        Ok(name.to_owned())
    } else {
        Err(format!("`{{{name}}}` is not a placeholder; write the name of a parameter in braces"))
    }
}

impl PathTemplate {
    /// Names of the placeholders, in order.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Literal(_) => None,
            Segment::Parameter(name) | Segment::Optional(name) => Some(name.as_str()),
        })
    }

    /// Whether the parameter is the optional last segment.
    pub fn is_optional(&self, name: &str) -> bool {
        self.segments.iter().any(|segment| matches!(segment, Segment::Optional(optional) if optional == name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape() {
        let path = parse("/v2/api/rooms/{cid}/members{/uid}").unwrap();
        assert_eq!(path.parameters().collect::<Vec<_>>(), ["cid", "uid"]);
        assert!(path.is_optional("uid") && !path.is_optional("cid"));
        let slash = parse("/apps/{id}/").unwrap();
        assert_eq!(slash.segments.last(), Some(&Segment::Literal(String::new())));
        assert_eq!(slash.segments.len(), 3);
        assert_eq!(parse("/user/create.action").unwrap().segments.len(), 2);
    }

    #[test]
    fn every_mistake() {
        for (path, complaint) in [
            ("user", "starts with"),
            ("/", "empty segments"),
            ("/a//b", "empty segments"),
            ("/a//", "empty segments"),
            ("/a/{/b}", "empty segments"),
            ("//", "empty segments"),
            ("/a?b=1", "has no query"),
            ("/a b", "contains ` `"),
            ("/a/{b", "whole segment"),
            ("/a/x{b}", "contains `{`"),
            ("/a/{}", "not a placeholder"),
            ("/a{/b}/c", "last thing"),
            ("/a/../b", "not a segment"),
        ] {
            let found = parse(path).unwrap_err();
            assert!(found.contains(complaint), "{path}: {found}");
        }
    }
}
