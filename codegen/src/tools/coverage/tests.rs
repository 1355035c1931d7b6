//! A small spec whose every number is known, and what becomes of a baseline.

use super::*;
use crate::{Sources, compile};

const PRODUCT: &str = include_str!("../../../tests/bad/product.yaml");

const THING: &str = r#"resource: thing
title: Things
endpoints:
  all:
    title: Everything
    title_zh: 全部
    docs: https://doc.example.com/all
    path: /all/{id}
    params:
      id: { type: id, max_len: 32, doc: I. }
      bytes: { type: string, max_bytes: 9, doc: B. }
      list: { type: "[string]", wire: json, max_items: 2, doc: C. }
      range: { type: i32, range: [1, 3], doc: D. }
      pattern: { type: string, pattern: "[a-z]+", doc: E. }
      few: { type: i32, one_of: [1, 4], doc: F. }
      free: { type: string, doc: G. }
      kind: { type: Kind, doc: Its known values are no limit. }
      inside: { type: Box, wire: json, doc: The limit is that of its field. }
    returns: { at: data, type: Reply }
    example: { request: { id: a }, reply: { code: 200, data: { name: x } } }
  nothing:
    title: Nothing
    docs: https://doc.example.com/nothing
    path: /nothing
    returns: nothing
    example: { request: {}, reply: { code: 200 } }
  silent:
    title: An example that shows no reply
    docs: https://doc.example.com/silent
    path: /silent
    completeness: partial
    missing: The reply.
    returns: { at: ., type: json }
    example: { request: {}, reply: { code: 200, desc: fine } }
  many:
    title: Replies of no type, and an example that sends nothing
    docs: https://doc.example.com/many
    path: /many
    completeness: partial
    missing: The reply.
    params:
      id: { type: id, doc: I. }
    returns: { at: data, type: "[{string: json}]" }
    example: { request: {}, reply: { code: 200, data: [] } }
  unwritten:
    title: TODO
    title_zh: TODO
    docs: https://doc.yunxin.163.com/TODO
    path: /unwritten/{id}
    params:
      id: { type: id, doc: I. }
    returns: nothing
    example: { request: { id: TODO }, reply: { code: 200 } }
types:
  Reply: { doc: A reply., fields: { name: { type: string, doc: N. } } }
  Box: { doc: A box., fields: { name: { type: string, max_len: 3, doc: N. } } }
  Kind: { doc: A kind., enum: i32, values: { a: 1, b: 2 } }
"#;

fn counted() -> Coverage {
    let sources = Sources::from_texts([("demo/product.yaml", PRODUCT), ("demo/thing.yaml", THING)]);
    count(&compile(&sources).unwrap_or_else(|found| panic!("{}", found.render(&sources, false))).api)
}

fn baseline(numbers: &[(&str, &[(Column, usize)])]) -> Coverage {
    let products = numbers.iter().map(|(name, counts)| ((*name).to_owned(), Counts(counts.iter().copied().collect())));
    Coverage { products: products.collect() }
}

fn numbers(counts: &Counts) -> Vec<(Column, usize)> {
    Column::ALL.iter().map(|column| (*column, counts.get(*column))).collect()
}

#[test]
fn each_column_counts_what_it_says() {
    let wanted = [
        (Column::Endpoints, 5),
        (Column::Complete, 2),
        (Column::Partial, 3),
        (Column::Parameters, 10),
        (Column::TypedReplies, 2),
        (Column::WithLimits, 6),
        (Column::WithExamples, 2),
        (Column::WithLinks, 4),
        (Column::WithChineseTitle, 1),
    ];
    let counted = counted();
    assert_eq!(numbers(&counted.products["demo"]), wanted);
    assert_eq!(numbers(&counted.total()), wanted);
}

#[test]
fn what_is_still_to_be_written_is_neither_complete_nor_a_floor_for_later() {
    let filled = counted();
    for placeholder in ["doc: N.", "doc: The limit is that of its field.", "doc: A kind.", "title: Nothing"] {
        let (key, _) = placeholder.split_once(' ').unwrap();
        let text = THING.replacen(placeholder, &format!("{key} TODO"), 1);
        let sources = Sources::from_texts([("demo/product.yaml", PRODUCT), ("demo/thing.yaml", &text)]);
        let now = count(&compile(&sources).unwrap().api);
        let number = |coverage: &Coverage, column| coverage.products["demo"].get(column);
        assert_eq!(number(&now, Column::Endpoints), number(&filled, Column::Endpoints), "{placeholder}");
        assert_eq!(number(&now, Column::Complete) + 1, number(&filled, Column::Complete), "{placeholder}");
        assert_eq!(number(&now, Column::Partial), number(&filled, Column::Partial) + 1, "{placeholder}");
        assert_eq!(filled.regressions(&now.baseline()), [], "{placeholder}");
    }
}

#[test]
fn the_total_is_the_sum_of_the_products() {
    let two = baseline(&[
        ("a", &[(Column::Endpoints, 1), (Column::Partial, 3)]),
        ("b", &[(Column::Endpoints, 5), (Column::WithChineseTitle, 7)]),
    ]);
    let total = two.total();
    let sums = [Column::Endpoints, Column::Partial, Column::WithChineseTitle, Column::Complete]
        .map(|column| total.get(column));
    assert_eq!(sums, [6, 3, 7, 0]);
}

#[test]
fn every_number_that_falls_is_told_but_that_of_partial_endpoints() {
    let now = counted();
    assert_eq!(now.regressions(&now), []);
    for column in Column::ALL.iter().copied() {
        let number = now.products["demo"].get(column);
        let told = |before| now.regressions(&baseline(&[("demo", &[(column, before)])]));
        assert_eq!(told(number), [], "{column:?} stayed");
        assert_eq!(told(number - 1), [], "{column:?} rose");
        let fell = told(number + 1);
        assert_eq!(fell.len(), usize::from(column != Column::Partial), "{column:?} fell: {fell:?}");
    }
    let fell = now.regressions(&baseline(&[("demo", &[(Column::TypedReplies, 30)])]));
    assert_eq!(fell.iter().map(Regression::to_string).collect::<Vec<_>>(), ["demo: typed replies fell from 30 to 2"]);
}

#[test]
fn products_may_come_but_not_go() {
    let now = counted();
    assert_eq!(now.regressions(&Coverage::default()), []);
    let gone = baseline(&[("gone", &[(Column::Endpoints, 2), (Column::WithChineseTitle, 0)])]);
    assert_eq!(
        now.regressions(&gone).iter().map(Regression::to_string).collect::<Vec<_>>(),
        ["gone: endpoints fell from 2 to 0"]
    );
}

#[test]
fn a_floor_rises_and_never_falls_by_itself() {
    let now = counted();
    let before = baseline(&[
        ("demo", &[(Column::Endpoints, 1), (Column::WithChineseTitle, 9)]),
        ("gone", &[(Column::Endpoints, 2)]),
    ]);
    let raised = now.ratchet(&before);
    let demo = &raised.products["demo"];
    assert_eq!(
        (demo.get(Column::Endpoints), demo.get(Column::WithChineseTitle), demo.get(Column::Complete)),
        (5, 9, 2)
    );
    assert_eq!(raised.products["gone"].get(Column::Endpoints), 2);
    assert_eq!(now.regressions(&raised), now.regressions(&before));
    assert_eq!(now.ratchet(&raised), raised, "once is enough");
    assert_eq!(now.regressions(&now.baseline()), []);
    assert!(now.baseline().products["demo"].0.keys().all(|column| column.is_kept()));
}
