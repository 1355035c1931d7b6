//! What a test says about the calls of one endpoint.

use std::borrow::Borrow;
use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::client::endpoint::Endpoint;
use crate::testing::answer::{Answer, Content};
use crate::testing::mock::Shared;
use crate::testing::received::{Expected, Received};
use crate::wire::codes::ApiCode;
use crate::wire::endpoint_meta::EndpointMeta;
use crate::wire::json::Json;

/// What a test says about the calls of the endpoint `E`; made by [`Mock::on`](crate::testing::Mock::on).
///
/// First which calls it is about ([`with`](On::with), [`with_param`](On::with_param), [`when`](On::when); without
/// these: all), then the answers. **Each answer is given once, in this order**, and all of them have to be used before
/// the mock is dropped. [`times`](On::times) and [`always`](On::always) change that for the last answer. Without an
/// answer the endpoint must not be called.
///
/// ```
/// # #[cfg(feature = "im")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> yunxin::Result<()> {
/// use yunxin::testing::Mock;
/// use yunxin::{Endpoint, im};
///
/// let mock = Mock::new();
/// // The connection breaks, and the client repeats the call because the server recognises it.
/// mock.on::<im::user::Create>().interrupted().reply_with(|account| account.accid = "alice".to_owned());
///
/// let account = im::user::Create::new("alice").send(&mock.client()).await?;
/// assert_eq!(account.accid, "alice");
/// # Ok(()) }
/// # #[cfg(not(feature = "im"))]
/// # fn main() {}
/// ```
#[derive(Debug)]
pub struct On<'m, E> {
    shared: &'m Shared,
    index: usize,
    endpoint: PhantomData<fn() -> E>,
}

impl<'m, E: Endpoint> On<'m, E> {
    pub(super) fn new(shared: &'m Shared) -> Self {
        let index = shared.add(Expectation::new(const { &E::META }));
        Self { shared, index, endpoint: PhantomData }
    }

    fn change(self, change: impl FnOnce(&mut Expectation)) -> Self {
        self.shared.change(self.index, change);
        self
    }

    /// Only calls with exactly these parameters: the same value for each, and no others.
    ///
    /// # Panics
    /// If the request cannot be encoded.
    #[track_caller]
    #[expect(clippy::panic, reason = "fails the test that expects a request which cannot be sent")]
    pub fn with(self, request: impl Borrow<E>) -> Self {
        let expected = match Expected::encode(request.borrow()) {
            Ok(expected) => expected,
            Err(error) => panic!("this request of {} cannot be sent: {error}", E::META.id),
        };
        self.change(|expectation| expectation.matchers.push(Matcher::Exactly(expected)))
    }

    /// Only calls that have this parameter with this value, in the names of the API.
    pub fn with_param(self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.change(|expectation| expectation.matchers.push(Matcher::Param(name.into(), value.into())))
    }

    /// Only calls for which the function returns true.
    pub fn when(self, matches: impl Fn(&Received) -> bool + Send + Sync + 'static) -> Self {
        self.change(|expectation| expectation.matchers.push(Matcher::Function(Arc::new(matches))))
    }

    /// Only calls for whose request the function returns true.
    ///
    /// # Panics
    /// When the request comes, if it cannot be read as its type.
    pub fn when_request(self, matches: impl Fn(&E) -> bool + Send + Sync + 'static) -> Self
    where
        E: DeserializeOwned,
    {
        self.when(move |received| matches(&typed(received)))
    }

    /// Adds an answer that the function makes of the typed request. The function may panic, to fail the test.
    ///
    /// # Panics
    /// When the request comes, if it cannot be read as its type.
    pub fn answer_to(self, answer: impl Fn(E) -> Answer<E> + Send + Sync + 'static) -> Self
    where
        E: DeserializeOwned,
    {
        self.answer_with(move |received| answer(typed(received)))
    }

    /// Adds an answer.
    pub fn answer(self, answer: Answer<E>) -> Self {
        self.add(Source::Fixed(answer.into_content()))
    }

    /// Adds an answer that the function makes of the request. The function may panic, to fail the test.
    pub fn answer_with(self, answer: impl Fn(&Received) -> Answer<E> + Send + Sync + 'static) -> Self {
        self.add(Source::Function(Arc::new(move |received| answer(received).into_content())))
    }

    /// Adds a success whose payload the function makes of the request: it fills in an empty one.
    pub fn reply_from(self, fill_in: impl Fn(&Received, &mut E::Reply) + Send + Sync + 'static) -> Self
    where
        E::Reply: Serialize,
    {
        self.answer_with(move |received| Answer::reply_with(|payload| fill_in(received, payload)))
    }

    fn add(self, source: Source) -> Self {
        self.change(|expectation| expectation.answers.push_back(Planned { source, left: Left::Times(1) }))
    }

    /// Adds a success, see [`Answer::reply`].
    ///
    /// # Panics
    /// As [`Answer::reply`].
    #[track_caller]
    pub fn reply(self, payload: impl Borrow<E::Reply>) -> Self
    where
        E::Reply: Serialize,
    {
        self.answer(Answer::reply(payload.borrow()))
    }

    /// Adds a success whose payload the function fills in, see [`Answer::reply_with`].
    ///
    /// # Panics
    /// As [`Answer::reply`].
    #[track_caller]
    pub fn reply_with(self, fill_in: impl FnOnce(&mut E::Reply)) -> Self
    where
        E::Reply: Serialize,
    {
        self.answer(Answer::reply_with(fill_in))
    }

    /// Adds a success with a payload as JSON, see [`Answer::json`].
    ///
    /// # Panics
    /// As [`Answer::json`].
    #[track_caller]
    pub fn json(self, payload: impl Into<Json>) -> Self {
        self.answer(Answer::json(payload))
    }

    /// Adds a refusal, see [`Answer::code`].
    ///
    /// # Panics
    /// As [`Answer::code`].
    #[track_caller]
    pub fn code(self, code: impl ApiCode) -> Self {
        self.answer(Answer::code(code))
    }

    /// Adds a failure before the effect, see [`Answer::not_sent`].
    pub fn not_sent(self) -> Self {
        self.answer(Answer::not_sent())
    }

    /// Adds a failure after sending, see [`Answer::interrupted`].
    pub fn interrupted(self) -> Self {
        self.answer(Answer::interrupted())
    }

    /// Adds a timeout, see [`Answer::timeout`].
    pub fn timeout(self) -> Self {
        self.answer(Answer::timeout())
    }

    /// Gives the last answer this often instead of once.
    pub fn times(self, times: usize) -> Self {
        self.repeat_last(Left::Times(times))
    }

    /// Gives the last answer as often as calls come, also never.
    pub fn always(self) -> Self {
        self.repeat_last(Left::Always)
    }

    fn repeat_last(self, left: Left) -> Self {
        self.change(|expectation| {
            if let Some(last) = expectation.answers.back_mut() {
                last.left = left;
            }
        })
    }
}

/// The typed request.
///
/// # Panics
/// If it cannot be read as its type.
#[expect(clippy::panic, reason = "a test fails here")]
fn typed<E: Endpoint + DeserializeOwned>(received: &Received) -> E {
    received.to_request().unwrap_or_else(|error| panic!("{received} cannot be read as {}: {error}", E::META.id))
}

/// What is expected of one endpoint.
#[derive(Debug)]
pub(super) struct Expectation {
    pub(super) meta: &'static EndpointMeta<'static>,
    matchers: Vec<Matcher>,
    answers: VecDeque<Planned>,
    answered: usize,
}

/// Which calls it is about.
enum Matcher {
    Exactly(Expected),
    Param(String, Json),
    Function(Arc<dyn Fn(&Received) -> bool + Send + Sync>),
}

/// An answer, and how often it is still given.
#[derive(Debug)]
struct Planned {
    source: Source,
    left: Left,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Times(usize),
    Always,
}

/// Where an answer comes from.
#[derive(Clone)]
pub(super) enum Source {
    Fixed(Content),
    Function(Arc<dyn Fn(&Received) -> Content + Send + Sync>),
}

impl Expectation {
    fn new(meta: &'static EndpointMeta<'static>) -> Self {
        Self { meta, matchers: Vec::new(), answers: VecDeque::new(), answered: 0 }
    }

    pub(super) fn matches(&self, received: &Received) -> bool {
        self.matchers.iter().all(|matcher| match matcher {
            Matcher::Exactly(expected) => expected.is(received),
            Matcher::Param(name, value) => received.has(name, value),
            Matcher::Function(matches) => matches(received),
        })
    }

    /// Takes the next answer, if there is one left.
    pub(super) fn take(&mut self) -> Option<Source> {
        while self.answers.front().is_some_and(|next| next.left == Left::Times(0)) {
            self.answers.pop_front();
        }
        let next = self.answers.front_mut()?;
        if let Left::Times(left) = &mut next.left {
            *left -= 1;
        }
        self.answered += 1;
        Some(next.source.clone())
    }

    /// Whether calls are still to come.
    pub(super) fn is_open(&self) -> bool {
        self.missing() > 0
    }

    fn missing(&self) -> usize {
        let times = self.answers.iter().map(|planned| match planned.left {
            Left::Times(times) => times,
            Left::Always => 0,
        });
        times.sum()
    }
}

/// One line: the endpoint, which calls, and how often it was called.
impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.meta.id)?;
        for (index, matcher) in self.matchers.iter().enumerate() {
            f.write_str(if index == 0 { ", " } else { " and " })?;
            match matcher {
                Matcher::Exactly(expected) => write!(f, "{expected}")?,
                Matcher::Param(name, value) => write!(f, "with {name}={value}")?,
                Matcher::Function(_) => f.write_str("when a function says so")?,
            }
        }
        let at_least = match self.answers.back() {
            Some(Planned { left: Left::Always, .. }) => "at least ",
            _ => "",
        };
        let expected = self.answered + self.missing();
        write!(f, ": expected {at_least}{}, called {}", times(expected), times(self.answered))
    }
}

/// `1 time`, `2 times`.
pub(super) fn times(number: usize) -> String {
    format!("{number} time{}", if number == 1 { "" } else { "s" })
}

impl fmt::Debug for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(expected) => expected.fmt(f),
            Self::Param(name, value) => write!(f, "Param({name}, {value:?})"),
            Self::Function(_) => f.write_str("Function"),
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(content) => content.fmt(f),
            Self::Function(_) => f.write_str("Function"),
        }
    }
}
