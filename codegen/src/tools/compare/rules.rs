//! The table of rules: what can change, and what that means for users of the crate.

use std::fmt;

/// What a change means for users of the crate, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Impact {
    /// Code that compiled may not compile any more, or calls that worked have nowhere to go.
    Breaking,
    /// The same code does something else, or causes a warning.
    Behaviour,
    /// There is more to use.
    Addition,
    /// Only texts are different.
    Docs,
}

impl Impact {
    /// All, the worst first.
    pub const ALL: &'static [Self] = &[Self::Breaking, Self::Behaviour, Self::Addition, Self::Docs];

    /// As printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Behaviour => "behaviour",
            Self::Addition => "addition",
            Self::Docs => "docs",
        }
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

macro_rules! rules {
    ($($name:ident = $impact:ident, $title:literal;)*) => {
        /// One kind of change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Rule { $(#[doc = $title] $name,)* }

        impl Rule {
            /// All rules.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// What it means for users.
            pub fn impact(self) -> Impact {
                match self { $(Self::$name => Impact::$impact,)* }
            }

            /// The change in general.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

rules! {
    ProductRemoved = Breaking, "a product is removed: its feature and module are gone";
    RegionRemoved = Breaking, "a region is removed: clients set to it find no hosts";
    ErrorRemoved = Breaking, "a code is removed from the error table: its variant is gone";
    ErrorRenamed = Breaking, "a code has another name: its variant is renamed";
    ResourceRemoved = Breaking, "a resource is removed or renamed: its module is gone";
    EndpointRemoved = Breaking, "an endpoint is removed";
    EndpointRenamed = Breaking, "an endpoint has another name or resource, seen by its method and path";
    ReplyType = Breaking, "the reply of an endpoint has another type";
    RequiredAdded = Breaking, "something new is required: `new` takes one argument more";
    RequiredRemoved = Breaking, "a required parameter is removed: `new` takes one argument less";
    BecameRequired = Breaking, "an optional parameter is required: `new` takes it, its setter is gone";
    BecameOptional = Breaking, "a required parameter is optional: `new` does not take it any more";
    RequiredOrder = Breaking, "the arguments of `new` stand in another order";
    ParameterType = Breaking, "a parameter has another type";
    SetterRemoved = Breaking, "an optional parameter is removed: its setter is gone";
    SetterRenamed = Breaking, "an optional parameter has another name in Rust: its setter is renamed";
    PagesRemoved = Breaking, "an endpoint does not list page by page any more";
    NullRemoved = Breaking, "a parameter cannot be null any more: its null setter is gone";
    SecretToggled = Breaking, "a text is secret or not secret any more: its type is `Secret` or `String`";
    TypeRemoved = Breaking, "a type is removed";
    TypeRenamed = Breaking, "a type has another name, seen by its content";
    TypeKind = Breaking, "a type is an object instead of an enum, or an enum over other values";
    ConstructorRemoved = Breaking, "a type is not sent any more: `new` and its setters are gone";
    FieldRemoved = Breaking, "a field is removed";
    FieldRenamed = Breaking, "a field has another name in Rust";
    FieldType = Breaking, "a field has another type";
    FieldOptional = Breaking, "a field is an `Option`, or none any more";
    ValueRemoved = Breaking, "a value of an enum is removed: its variant is gone";
    ValueRenamed = Breaking, "a value of an enum has another name: its variant is renamed";
    EventRemoved = Breaking, "an event is removed: its type and variant are gone";
    EventRenamed = Breaking, "an event has another name, seen by its type";
    EventAnswered = Breaking, "an event is answered or not answered any more: it is in another enum";
    AnswerRemoved = Breaking, "third-party callbacks of a product are not answered any more";

    Hosts = Behaviour, "the hosts of a region are different";
    BasePath = Behaviour, "the base path of a product is different";
    Health = Behaviour, "the health path of a product is different";
    Raw = Behaviour, "raw calls of a product are signed or encoded differently";
    RequestId = Behaviour, "request ids are sent or recognised differently";
    ReplyRule = Behaviour, "replies of a product are read differently";
    Rejection = Behaviour, "the sandbox rejects calls in other words";
    ErrorNumber = Behaviour, "an error name belongs to another code";
    ErrorKind = Behaviour, "a code means something else for retries, or arrives differently";
    Method = Behaviour, "an endpoint is called by another method";
    Path = Behaviour, "an endpoint has another path";
    Encoding = Behaviour, "the parameters of an endpoint are encoded differently";
    Retry = Behaviour, "an endpoint is repeated under other conditions";
    Groups = Behaviour, "other parameters depend on each other";
    Timeout = Behaviour, "an endpoint has another time-out";
    Signing = Behaviour, "calls are signed that were not, or the reverse";
    Pages = Behaviour, "the next page is found in another way";
    Payload = Behaviour, "the payload is read from another place of the reply";
    WireName = Behaviour, "something has another name on the wire";
    Place = Behaviour, "a parameter goes to another part of the request";
    WireForm = Behaviour, "a value is sent in another form";
    LimitTightened = Behaviour, "a limit is tighter: values that were sent are refused";
    SpellingRemoved = Behaviour, "another spelling is not understood any more";
    Deprecated = Behaviour, "something is deprecated: its users get a warning";
    ValueNumber = Behaviour, "a value of an enum is another one on the wire";
    EventMark = Behaviour, "an event is known by another type or other keys";
    Verification = Behaviour, "events are verified in another way";
    AnswerForm = Behaviour, "third-party callbacks are answered in another form";
    Expects = Behaviour, "the response to an event must be another one";

    ProductAdded = Addition, "a product is new";
    RegionAdded = Addition, "a region is new";
    ErrorAdded = Addition, "a code is new in the error table";
    ResourceAdded = Addition, "a resource is new";
    EndpointAdded = Addition, "an endpoint is new";
    SetterAdded = Addition, "an optional parameter is new";
    PagesAdded = Addition, "an endpoint lists page by page";
    NullAdded = Addition, "a parameter can be null: it has a null setter";
    TypeAdded = Addition, "a type is new";
    ConstructorAdded = Addition, "a type is sent now: it has `new` and setters";
    FieldAdded = Addition, "a field is new";
    ValueAdded = Addition, "a value of an enum is new";
    EventAdded = Addition, "an event is new";
    AnswerAdded = Addition, "third-party callbacks of a product are answered";
    LimitLoosened = Addition, "a limit is looser or gone";
    SpellingAdded = Addition, "another spelling is understood";

    Text = Docs, "a title, doc, note or meaning is different";
    Link = Docs, "a link to an official page is different";
    Alias = Docs, "the official titles of an endpoint are different";
    ListedErrors = Docs, "the errors listed for an endpoint, or for every endpoint of a product, are different";
    Example = Docs, "the example of an endpoint is different";
    Tolerance = Docs, "the sandbox takes other forms of a call than the client sends";
    DocumentedDefault = Docs, "the server takes something else for what is left out";
    ArgumentName = Docs, "an argument of `new` has another name";
    Undeprecated = Docs, "something is not deprecated any more";
    DocumentedLimit = Docs, "a limit of something that is only received is different";
}
