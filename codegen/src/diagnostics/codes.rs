//! The kinds of mistakes, each with a code.

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The spec cannot be used.
    Error,
    /// The spec compiles, but should be fixed.
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

            /// Describes this kind of mistake.
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
    DuplicateKey = "E002", Error, "a mapping has the same key twice";
    UnknownKey = "E003", Error, "a key is not part of the spec language";
    MissingKey = "E004", Error, "a required key is missing";
    WrongShape = "E005", Error, "a value has the wrong shape";
    UnknownWord = "E006", Error, "a word is not allowed here";
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
    DuplicateError = "E051", Error, "an error name is listed twice";
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
    DuplicateValue = "E080", Error, "an enum value is listed twice";
    EmptyType = "E081", Error, "a type or resource has nothing in it";
    ValueKind = "E082", Error, "an enum value is of the wrong kind";
    NamelessValue = "E083", Warning, "an enum value has a number for a name";
    NoText = "E090", Error, "a text for the docs is missing";
    Placeholder = "E091", Warning, "a placeholder is still to be filled in";
    EchoingText = "E092", Warning, "a text says no more than a name";
}
