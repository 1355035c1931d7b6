//! What the server's explanation is about, and what the reader of an error can do about it.

use std::fmt;

use crate::error::{CallContext, RawResponse};
use crate::wire::codes::{CodeInfo, CodeKind};
use crate::wire::endpoint_meta::ProductMeta;

/// A longer body is not searched for an explanation.
const LONGEST_TEXT: usize = 1_024;

/// A difference of the clocks that is not the cause, in seconds: the server allows five minutes.
const HARMLESS: u64 = 60;

/// What a refusal is about, apart from its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blame {
    Nothing,
    /// The time or the signature of the request.
    Clock,
    /// The region of the app.
    Region,
}

impl Blame {
    /// What a code with this explanation is about.
    pub(super) fn of(info: &CodeInfo<'_>, text: Option<&str>) -> Self {
        if info.kind == CodeKind::Clock { Self::Clock } else { Self::of_text(info, text) }
    }

    /// What an HTTP status without a code is about: the product may list a code of the same number.
    pub(super) fn of_status(product: &ProductMeta<'_>, answer: &RawResponse<'_>, text: Option<&str>) -> Self {
        let Some(info) = product.code(i64::from(answer.status)) else { return Self::Nothing };
        if info.http == answer.status && info.kind == CodeKind::Clock {
            return Self::Clock;
        }
        let short = answer.body.len() <= LONGEST_TEXT;
        Self::of_text(info, text.or(std::str::from_utf8(answer.body).ok().filter(|_| short)))
    }

    fn of_text(info: &CodeInfo<'_>, text: Option<&str>) -> Self {
        let text = text.unwrap_or_default().to_ascii_lowercase();
        let says = |word: &&str| text.contains(&word.to_ascii_lowercase());
        if info.region_words.iter().any(says) {
            Self::Region
        } else if info.clock_words.iter().any(says) {
            Self::Clock
        } else {
            Self::Nothing
        }
    }

    /// What to do, if the app belongs to another region than the host that was asked.
    pub(super) fn region_advice(self, context: &CallContext<'_>) -> Option<String> {
        if self != Self::Region {
            return None;
        }
        let (product, host) = (context.meta.product, context.host.as_str());
        let asked = product.hosts.iter().find(|hosts| hosts.urls.contains(&host)).map(|hosts| hosts.region);
        let what = match asked {
            Some(region) => format!("the app does not belong to the region `{region}`, whose host was asked"),
            None => "the app belongs to another region than the host that was asked".to_owned(),
        };
        let where_to = match product.hosts.len() {
            0 | 1 => {
                format!(", and a host there with ClientBuilder::product_hosts: none is known for `{}`", product.name)
            }
            _ => String::new(),
        };
        Some(format!(" ({what}; set the region of the app with ClientBuilder::region{where_to})"))
    }
}

/// What a response shows about the clock, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClockReading {
    /// How far the server's clock is ahead of this machine's.
    pub(super) ahead: i64,
    /// What was added to the time of this machine for the signature.
    pub(super) offset: i64,
}

/// Writes what is wrong when time or signature was refused.
pub(super) fn on_clock(reading: Option<ClockReading>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Some(ClockReading { ahead, offset }) = reading else {
        return f.write_str(" (check this machine's clock, which may be off by 5 minutes at most, and the AppSecret)");
    };
    let (machine, signed) = (seconds(ahead), seconds(ahead.saturating_sub(offset)));
    if signed > HARMLESS {
        let off = if machine > HARMLESS { machine } else { signed };
        write!(f, " (this machine's clock differs by {off} s from the server's)")
    } else if machine > HARMLESS {
        let direction = if ahead > 0 { "behind" } else { "ahead of" };
        write!(
            f,
            " (this machine's clock is {machine} s {direction} the server's; with that corrected the signature was refused as \
             well, so \
             AppKey or AppSecret is wrong)"
        )
    } else {
        write!(f, " (the clock differs by {signed} s, so AppKey or AppSecret is wrong)")
    }
}

fn seconds(millis: i64) -> u64 {
    millis.unsigned_abs().saturating_add(500) / 1_000
}
