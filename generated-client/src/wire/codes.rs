//! The codes of a product: what the runtime knows about each.

/// The table of a product's codes, as generated code writes it.
///
/// A line for each code, ended by a line feed; on it, between tabs: number, name, [`CodeKind`], HTTP status, meaning, and any number of
/// words: one that begins with `region:` means another region, any other a wrong clock or secret. It is one text because that costs the compiler a fraction of what a list of structs does;
/// it is read when a server has refused a call.
#[derive(Clone, Copy, Debug)]
pub struct Codes(&'static str);

/// What a word begins with that means another region.
const REGION: &str = "region:";

/// One code of a product.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CodeInfo {
    /// The number in the reply.
    pub code: i64,
    /// Name in snake case.
    pub name: &'static str,
    /// What it says about repeating the call.
    pub kind: CodeKind,
    /// HTTP status it comes with.
    pub http: u16,
    /// What it means, in a sentence.
    pub meaning: &'static str,
    /// Words between tabs.
    words: &'static str,
}

/// What a code says about repeating the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodeKind {
    /// The answer is settled: the same call gets the same answer.
    Permanent,
    /// Over a quota; nothing was done.
    Throttled,
    /// Over a quota, and blocked until its penalty is over; nothing was done.
    QuotaBlocked,
    /// The server asks for another try; nothing was done.
    RetryLater,
    /// The server is overloaded or stopping; probably nothing was done.
    Busy,
    /// Something broke on the way; whether the call took effect is not known.
    Unknown,
    /// The server failed at the call; whether it took effect is not known.
    Failed,
    /// A request with this id was taken earlier.
    Duplicate,
    /// The signature or its time was refused; nothing was done.
    Clock,
}

impl Codes {
    /// The table in this text.
    #[must_use]
    pub const fn new(table: &'static str) -> Self {
        Self(table)
    }

    /// What is known about a code.
    #[must_use]
    pub fn find(self, code: i64) -> Option<CodeInfo> {
        self.all().find(|info| info.code == code)
    }

    /// All codes, in the order of the table. A line that is not as it should be is left out.
    pub fn all(self) -> impl Iterator<Item = CodeInfo> {
        self.0.lines().filter_map(CodeInfo::parse)
    }
}

impl CodeInfo {
    fn parse(line: &'static str) -> Option<Self> {
        let mut columns = line.splitn(6, '\t');
        Some(Self {
            code: columns.next()?.parse().ok()?,
            name: columns.next()?,
            kind: CodeKind::named(columns.next()?)?,
            http: columns.next()?.parse().ok()?,
            meaning: columns.next()?,
            words: columns.next().unwrap_or_default(),
        })
    }

    /// Words in the server's explanation that turn this code into a complaint about clock or signature. They are compared without regard
    /// to case.
    pub fn clock_words(&self) -> impl Iterator<Item = &'static str> {
        self.words().filter(|word| !word.starts_with(REGION))
    }

    /// Words in the server's explanation that turn this code into a complaint about the region of the app. They are compared without
    /// regard to case.
    pub fn region_words(&self) -> impl Iterator<Item = &'static str> {
        self.words().filter_map(|word| word.strip_prefix(REGION))
    }

    fn words(&self) -> impl Iterator<Item = &'static str> {
        self.words.split('\t').filter(|word| !word.is_empty())
    }
}

impl CodeKind {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "Permanent" => Self::Permanent,
            "Throttled" => Self::Throttled,
            "QuotaBlocked" => Self::QuotaBlocked,
            "RetryLater" => Self::RetryLater,
            "Busy" => Self::Busy,
            "Unknown" => Self::Unknown,
            "Failed" => Self::Failed,
            "Duplicate" => Self::Duplicate,
            "Clock" => Self::Clock,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Codes = Codes::new(
        "200\tok\tPermanent\t200\tAll is well.\n\
         414\tbad_parameter\tPermanent\t200\tA parameter | or the signature is wrong.\tCurTime\tregion:other place\tcheck sum\n\
         -1\tbusy\tRetryLater\t503\tTry again.\n",
    );

    #[test]
    fn a_code_is_found_with_all_that_its_line_says() {
        let found = TABLE.find(414).unwrap();
        assert_eq!((found.code, found.name, found.kind, found.http), (414, "bad_parameter", CodeKind::Permanent, 200));
        assert_eq!(found.meaning, "A parameter | or the signature is wrong.");
        assert_eq!(found.clock_words().collect::<Vec<_>>(), ["CurTime", "check sum"]);
        assert_eq!(found.region_words().collect::<Vec<_>>(), ["other place"]);
        let last = TABLE.find(-1).unwrap();
        assert_eq!((last.kind, last.http, last.clock_words().count()), (CodeKind::RetryLater, 503, 0));
        assert_eq!(last.region_words().count(), 0);
        assert!(TABLE.find(4).is_none());
        assert_eq!(TABLE.all().map(|info| info.code).collect::<Vec<_>>(), [200, 414, -1]);
    }

    #[test]
    fn every_kind_is_read_by_its_name() {
        use CodeKind::*;
        for kind in [Permanent, Throttled, QuotaBlocked, RetryLater, Busy, Unknown, Failed, Duplicate, Clock] {
            assert_eq!(CodeKind::named(&format!("{kind:?}")), Some(kind));
        }
    }

    #[test]
    fn a_line_that_is_broken_is_no_code() {
        for table in [
            "",
            "\n\n",
            "1",
            "1\tx\tPermanent\t200",
            "x\tx\tPermanent\t200\tm",
            "1\tx\tOther\t200\tm",
            "1\tx\tPermanent\t-2\tm",
        ] {
            assert_eq!(Codes::new(table).all().count(), 0, "{table:?}");
        }
    }
}
