//! Which imports are allowed, and what is wrong with those that are not.

use std::collections::BTreeMap;

use crate::Graph;

/// The modules that each top-level module may import.
#[derive(Debug)]
pub struct Allowed<'a>(BTreeMap<&'a str, &'a [&'a str]>);

impl<'a> Allowed<'a> {
    /// From a list with an entry for each module.
    pub fn new(entries: &[(&'a str, &'a [&'a str])]) -> Self {
        Self(entries.iter().copied().collect())
    }

    /// A sentence for each import that is not allowed, each module without an entry, each circle of the list itself and
    /// each entry that no import needs. `src` is how messages name the folder of the sources.
    pub fn problems(&self, graph: &Graph, src: &str) -> Vec<String> {
        let mut problems = Vec::new();
        for module in graph.modules.iter().filter(|module| !self.0.contains_key(module.as_str())) {
            problems.push(format!("the module `{module}` has no entry in the list of allowed imports"));
        }
        for (from, targets) in &self.0 {
            if let Some(way) = targets.iter().find_map(|to| self.way(to, from)) {
                problems.push(format!("the list allows a circle: {from} -> {}", way.join(" -> ")));
            }
            for to in targets.iter().filter(|to| !has(graph, from, to)) {
                problems.push(format!("no import needs the arrow `{from} -> {to}`: remove it from the list"));
            }
        }
        for arrow in &graph.arrows {
            let targets = self.0.get(arrow.from.as_str()).copied().unwrap_or_default();
            if !targets.contains(&arrow.to.as_str()) {
                let (file, line) = (arrow.file.display(), arrow.line);
                let why = self.why(&arrow.from, &arrow.to, targets);
                problems.push(format!("{src}/{file}:{line}: `{} -> {}` is not allowed: {why}", arrow.from, arrow.to));
            }
        }
        problems
    }

    fn why(&self, from: &str, to: &str, targets: &[&str]) -> String {
        match self.way(to, from) {
            Some(way) => format!("it makes a circle, {from} -> {}", way.join(" -> ")),
            None if targets.is_empty() => format!("`{from}` imports no other module"),
            None => format!("`{from}` may import {} only", targets.join(", ")),
        }
    }

    /// The modules on a way along allowed imports, both ends included.
    fn way(&self, from: &str, to: &str) -> Option<Vec<String>> {
        self.way_without(from, to, &mut Vec::new())
    }

    fn way_without(&self, from: &str, to: &str, seen: &mut Vec<String>) -> Option<Vec<String>> {
        if from == to {
            return Some(vec![to.to_owned()]);
        }
        if seen.iter().any(|module| module == from) {
            return None;
        }
        seen.push(from.to_owned());
        let next = self.0.get(from).copied().unwrap_or_default();
        let mut way = next.iter().find_map(|next| self.way_without(next, to, seen))?;
        way.insert(0, from.to_owned());
        Some(way)
    }
}

fn has(graph: &Graph, from: &str, to: &str) -> bool {
    graph.arrows.iter().any(|arrow| arrow.from == from && arrow.to == to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Arrow;

    fn graph(arrows: &[(&str, &str)]) -> Graph {
        let arrows = arrows.iter().map(|(from, to)| Arrow {
            from: (*from).to_owned(),
            to: (*to).to_owned(),
            file: "a/mod.rs".into(),
            line: 7,
        });
        Graph { modules: vec!["a".into(), "b".into(), "c".into()], arrows: arrows.collect() }
    }

    const LAYERS: &[(&str, &[&str])] = &[("a", &["b"]), ("b", &["c"]), ("c", &[])];

    #[test]
    fn allowed_imports_are_no_problem() {
        let none: Vec<String> = Vec::new();
        assert_eq!(Allowed::new(LAYERS).problems(&graph(&[("a", "b"), ("b", "c")]), "src"), none);
    }

    #[test]
    fn a_message_says_where_an_import_is_and_why_it_is_not_allowed() {
        let problems = |more| Allowed::new(LAYERS).problems(&graph(&[("a", "b"), ("b", "c"), more]), "src");
        assert_eq!(
            problems(("c", "a")),
            ["src/a/mod.rs:7: `c -> a` is not allowed: it makes a circle, c -> a -> b -> c"]
        );
        assert_eq!(problems(("a", "c")), ["src/a/mod.rs:7: `a -> c` is not allowed: `a` may import b only"]);
    }

    #[test]
    fn the_list_itself_is_checked() {
        let round: &[(&str, &[&str])] = &[("a", &["b"]), ("b", &["a"])];
        assert_eq!(
            Allowed::new(round).problems(&graph(&[("a", "b")]), "src"),
            [
                "the module `c` has no entry in the list of allowed imports",
                "the list allows a circle: a -> b -> a",
                "the list allows a circle: b -> a -> b",
                "no import needs the arrow `b -> a`: remove it from the list",
            ]
        );
    }
}
