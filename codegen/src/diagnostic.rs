//! What is wrong with a spec: where, what, and what to do about it.

use std::{fmt, ops::Range};

use crate::{locate, machine, render, source::Sources};

/// A segment from a YAML node to one of its children.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum YamlPathSegment {
    /// Entry of a mapping.
    Key(String),
    /// Element of a list.
    Index(usize),
}

impl fmt::Display for YamlPathSegment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => f.write_str(key),
            Self::Index(index) => write!(f, "{index}"),
        }
    }
}

impl From<&str> for YamlPathSegment {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for YamlPathSegment {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// Place of a node in a file, e.g. `endpoints.create.params.accid`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct YamlPath {
    /// File as in [`crate::source::SourceFile::path`].
    pub file: String,
    /// Way from the root of the document.
    pub segments: Vec<YamlPathSegment>,
}

impl YamlPath {
    /// The root of a file.
    pub fn root(file: &str) -> Self {
        Self { file: file.to_owned(), segments: Vec::new() }
    }

    /// A child of this node.
    #[must_use]
    pub fn at(&self, segment: impl Into<YamlPathSegment>) -> Self {
        let mut segments = self.segments.clone();
        segments.push(segment.into());
        Self { file: self.file.clone(), segments }
    }

    /// The key of this node, to be underlined.
    pub fn key(self) -> Location {
        Location { path: self, part: NodePart::Key }
    }

    /// The value of this node, to be underlined.
    pub fn value(self) -> Location {
        Location { path: self, part: NodePart::Value }
    }
}

impl fmt::Display for YamlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, segment) in self.segments.iter().enumerate() {
            match segment {
                YamlPathSegment::Key(key) if number == 0 => f.write_str(key)?,
                YamlPathSegment::Key(key) => write!(f, ".{key}")?,
                YamlPathSegment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// What of a node is underlined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodePart {
    /// The key it stands under; the value where it has none.
    Key,
    /// The value.
    Value,
}

/// What a diagnostic points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The node.
    pub path: YamlPath,
    /// Which part of it.
    pub part: NodePart,
}

/// Where a label goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A node of a document.
    Node(Location),
    /// Bytes of a file that could not be parsed.
    Bytes {
        /// The file.
        file: String,
        /// Byte offsets.
        span: Range<usize>,
    },
}

impl Target {
    pub(crate) fn file(&self) -> &str {
        match self {
            Self::Node(place) => &place.path.file,
            Self::Bytes { file, .. } => file,
        }
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The spec cannot be used.
    Error,
    /// Worth mending.
    Warning,
}

macro_rules! codes {
    ($($name:ident = $id:literal, $severity:ident, $title:literal;)*) => {
        /// One kind of mistake.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $(#[doc = $title] $name,)* }

        impl Code {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// As printed, e.g. `E020`.
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// What this kind of mistake is, in general.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// How bad it is.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    Syntax = "E001", Error, "the file is not valid YAML";
    DuplicateKey = "E002", Error, "a key stands twice in one mapping";
    UnknownKey = "E003", Error, "a key is not part of the spec language";
    MissingKey = "E004", Error, "a required key is missing";
    WrongShape = "E005", Error, "a value has the wrong shape";
    UnknownWord = "E006", Error, "a word is not one of those allowed here";
    FileName = "E007", Error, "a file or folder name does not fit its content";
    NoProduct = "E008", Error, "a folder has no product.yaml";
    NotPlain = "E009", Error, "a file uses more of YAML than specs do";
    BadName = "E010", Error, "a name is not written the way names are";
    NameCollision = "E011", Error, "two names become one in Rust";
    ReservedName = "E012", Error, "a name is taken in Rust";
    SimilarNames = "E013", Warning, "two names differ only in a digit or an underscore";
    InconsistentName = "E014", Warning, "one thing has several names";
    Invisible = "E015", Error, "a file has a character that cannot be seen";
    Unreadable = "E016", Error, "a file cannot be read";
    UnknownType = "E020", Error, "a type is not defined";
    UnusedType = "E021", Error, "a type is not used";
    RecursiveType = "E022", Error, "a type contains itself";
    WireForm = "E023", Error, "a type cannot be sent the way the spec says";
    TypeMisuse = "E024", Error, "a type cannot be used here";
    InconsistentType = "E025", Warning, "one thing has several types";
    UntypedText = "E026", Warning, "a text is a number or JSON";
    PathPlaceholder = "E030", Error, "a path placeholder has no parameter";
    PathParameter = "E031", Error, "a path parameter is not in the path";
    BadPath = "E032", Error, "a path is malformed";
    BodyNotAllowed = "E033", Error, "the method carries no body";
    DuplicateRoute = "E034", Error, "two endpoints have the same method and path";
    OptionalSegment = "E035", Error, "an optional path segment is misused";
    WrongPlace = "E036", Error, "a parameter cannot go where the spec says";
    BadGroup = "E037", Error, "a group of parameters makes no sense";
    BadPages = "E038", Error, "an endpoint cannot list page by page the way the spec says";
    ImpossibleLimit = "E040", Error, "no value can keep a limit";
    LimitMisfit = "E041", Error, "a limit does not fit the type";
    BadPattern = "E042", Error, "a pattern is not a regular expression";
    RequiredDefault = "E043", Error, "a required parameter has a default";
    BadDefault = "E044", Error, "a default is not a value of its type";
    BadRate = "E045", Error, "a rate is not one";
    UnknownError = "E050", Error, "an error name is not in the product's table";
    DuplicateError = "E051", Error, "an error name stands twice";
    NoDeduplication = "E052", Error, "the product does not recognise repeated requests";
    UnusedError = "E053", Warning, "an error is not used";
    AmbiguousEvent = "E055", Error, "two events cannot be told apart";
    NoResponse = "E056", Error, "the file does not say what the response to a callback looks like";
    BadHost = "E060", Error, "a host is not an https URL";
    BadLink = "E061", Error, "a link is not an https URL";
    NoHosts = "E062", Error, "a product has no hosts";
    BadHeader = "E063", Error, "a header name is malformed";
    BadRejection = "E064", Error, "a rejection says too little or too much";
    Repeated = "E065", Error, "a list has something twice";
    NoExample = "E070", Error, "an endpoint or event has no example";
    ExampleMissing = "E071", Error, "an example lacks something required";
    ExampleUnknown = "E072", Error, "an example has something the spec does not";
    ExampleType = "E073", Error, "a value of an example has the wrong type";
    ExampleLimit = "E074", Error, "a value of an example breaks a limit";
    ExampleReply = "E075", Error, "an example reply is not a success of this endpoint";
    ExampleGroup = "E076", Error, "an example breaks a group of parameters";
    ExampleSecret = "E077", Error, "an example shows a secret";
    Completeness = "E078", Error, "an endpoint or event does not say what is known about it";
    DuplicateValue = "E080", Error, "an enum value stands twice";
    EmptyType = "E081", Error, "a type or resource has nothing in it";
    ValueKind = "E082", Error, "an enum value is of the wrong kind";
    NamelessValue = "E083", Warning, "an enum value has a number for a name";
    NoText = "E090", Error, "a text for the docs is missing";
    Placeholder = "E091", Warning, "a placeholder is still to be filled in";
    EchoingText = "E092", Warning, "a text says no more than a name";
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its kind.
    pub code: Code,
    /// What was found.
    pub message: String,
    /// Where.
    pub target: Target,
    /// Text beside the underline; may be empty.
    pub label: String,
    /// A second place that explains the first.
    pub second: Option<(Target, String)>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A problem with a node.
    pub fn new(code: Code, place: Location, message: impl Into<String>) -> Self {
        Self::with_target(code, Target::Node(place), message)
    }

    /// A problem with bytes of a file that could not be parsed.
    pub fn at_bytes(code: Code, file: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        Self::with_target(code, Target::Bytes { file: file.to_owned(), span }, message)
    }

    fn with_target(code: Code, target: Target, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), target, label: String::new(), second: None, help: None }
    }

    /// Adds the text beside the underline.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn second(mut self, place: Location, label: impl Into<String>) -> Self {
        self.second = Some((Target::Node(place), label.into()));
        self
    }

    /// Adds a second place in the same file.
    #[must_use]
    pub fn second_bytes(mut self, span: Range<usize>, label: impl Into<String>) -> Self {
        self.second = Some((Target::Bytes { file: self.target.file().to_owned(), span }, label.into()));
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Problems of a run.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds a problem.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// All problems, in the order they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter()
    }

    /// Whether there is nothing to report.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether anything stops the build.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|diagnostic| diagnostic.code.severity() == Severity::Error)
    }

    /// How many there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.found.iter().filter(|diagnostic| diagnostic.code.severity() == severity).count()
    }

    /// The report as text, sorted by file and position; `colour` adds terminal colours.
    pub fn render(&self, sources: &Sources, colour: bool) -> String {
        render::render(&locate::locate(&self.found, sources), colour)
    }

    /// The report for programs: a JSON object a line, sorted by file and position.
    pub fn json(&self, sources: &Sources) -> String {
        machine::json(&locate::locate(&self.found, sources))
    }

    /// The report for GitHub's workflows: a command a line, sorted by file and position.
    pub fn github(&self, sources: &Sources) -> String {
        machine::github(&locate::locate(&self.found, sources))
    }

    /// The code of the first error, or else of the first warning, as the report begins with it.
    pub fn first_code(&self) -> Option<Code> {
        self.found.iter().map(|diagnostic| diagnostic.code).min_by_key(|code| code.severity())
    }

    /// Each error as a text of its own, sorted by file and position: for a compiler, which has a place for each.
    pub fn render_errors(&self, sources: &Sources) -> Vec<String> {
        let errors: Vec<_> =
            self.found.iter().filter(|found| found.code.severity() == Severity::Error).cloned().collect();
        locate::locate(&errors, sources).chunks(1).map(|one| render::render(one, false)).collect()
    }
}

/// The candidate that `word` was probably meant to be.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (candidate.to_lowercase(), candidate))
        // In a short word one slip is a large part of it.
        .map(|(lower, candidate)| {
            let slip = word.len() > 2 && strsim::osa_distance(&word, &lower) == 1;
            let likeness = strsim::jaro_winkler(&word, &lower);
            (if slip { likeness.max(0.86) } else { likeness }, candidate)
        })
        .filter(|(likeness, _)| *likeness > 0.85)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

/// "`a`, `b` or `c`", shortened when there are many.
pub fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 24;
    let words: Vec<_> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match words.as_slice() {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [first @ .., last] if words.len() <= SHOWN => format!("{} or {last}", first.join(", ")),
        many => format!(
            "{} and {} more",
            many.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", "),
            many.len() - SHOWN
        ),
    }
}

/// "expected one of ...; did you mean ...?"
pub fn expected<'a>(found: &str, allowed: impl IntoIterator<Item = &'a str> + Clone) -> String {
    let list = listed(allowed.clone());
    match nearest(found, allowed) {
        Some(near) => format!("did you mean `{near}`? Allowed here: {list}"),
        None => format!("allowed here: {list}"),
    }
}

/// A value as a sentence calls it.
pub(crate) fn shown(value: &serde_yaml::Value) -> String {
    use serde_yaml::Value;
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(flag) => format!("`{flag}`"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) if text.chars().count() > 40 => {
            format!("the text `{}...`", text.chars().take(40).collect::<String>())
        }
        Value::String(text) => format!("the text `{text}`"),
        Value::Sequence(_) => "a list".to_owned(),
        Value::Mapping(_) => "a mapping".to_owned(),
        Value::Tagged(tagged) => format!("a value with the YAML tag `{}`", tagged.tag),
    }
}
