//! Checks imports between modules against a list of allowed imports.

use std::collections::BTreeMap;

use crate::Graph;

/// The modules that each top-level module may import.
#[derive(Debug)]
pub struct Allowed<'a>(BTreeMap<&'a str, &'a [&'a str]>);

impl<'a> Allowed<'a> {
    /// Creates the list from an entry for each module: its name and the modules that it may import.
    pub fn new(entries: &[(&'a str, &'a [&'a str])]) -> Self {
        Self(entries.iter().copied().collect())
    }

    /// Returns a message for each import that is not allowed, each module without an entry, each cycle in the list and
    /// each entry that no import uses. `src` is the name of the source folder in messages.
    pub fn problems(&self, graph: &Graph, src: &str) -> Vec<String> {
        let mut problems = Vec::new();
        for module in graph.modules.iter().filter(|module| !self.0.contains_key(module.as_str())) {
            problems.push(format!("the module `{module}` has no entry in the list of allowed imports"));
        }
        for (from, targets) in &self.0 {
            if let Some(path) = targets.iter().find_map(|to| self.find_path(to, from)) {
                problems.push(format!("the list allows a cycle: {from} -> {}", path.join(" -> ")));
            }
            for to in targets.iter().filter(|to| !has_import(graph, from, to)) {
                problems.push(format!("no import uses the entry `{from} -> {to}`: remove it from the list"));
            }
        }
        for import in &graph.imports {
            let targets = self.0.get(import.from.as_str()).copied().unwrap_or_default();
            if !targets.contains(&import.to.as_str()) {
                let (file, line) = (import.file.display(), import.line);
                let reason = self.reason(&import.from, &import.to, targets);
                let (from, to) = (&import.from, &import.to);
                problems.push(format!("{src}/{file}:{line}: `{from} -> {to}` is not allowed: {reason}"));
            }
        }
        problems
    }

    /// Returns why an import is not allowed.
    fn reason(&self, from: &str, to: &str, targets: &[&str]) -> String {
        match self.find_path(to, from) {
            Some(path) => format!("it makes a cycle, {from} -> {}", path.join(" -> ")),
            None if targets.is_empty() => format!("`{from}` imports no other module"),
            None => format!("`{from}` may import {} only", targets.join(", ")),
        }
    }

    /// Finds a path of allowed imports. Returns its modules, including both ends; `None` if there is none.
    fn find_path(&self, from: &str, to: &str) -> Option<Vec<String>> {
        self.find_unvisited_path(from, to, &mut Vec::new())
    }

    /// Finds a path that does not contain the visited modules.
    fn find_unvisited_path(&self, from: &str, to: &str, visited: &mut Vec<String>) -> Option<Vec<String>> {
        if from == to {
            return Some(vec![to.to_owned()]);
        }
        if visited.iter().any(|module| module == from) {
            return None;
        }
        visited.push(from.to_owned());
        let next = self.0.get(from).copied().unwrap_or_default();
        let mut path = next.iter().find_map(|next| self.find_unvisited_path(next, to, visited))?;
        path.insert(0, from.to_owned());
        Some(path)
    }
}

/// Returns whether a module imports another one.
fn has_import(graph: &Graph, from: &str, to: &str) -> bool {
    graph.imports.iter().any(|import| import.from == from && import.to == to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Import;

    fn graph(imports: &[(&str, &str)]) -> Graph {
        let imports = imports.iter().map(|(from, to)| Import {
            from: (*from).to_owned(),
            to: (*to).to_owned(),
            file: "a/mod.rs".into(),
            line: 7,
        });
        Graph { modules: vec!["a".into(), "b".into(), "c".into()], imports: imports.collect() }
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
            ["src/a/mod.rs:7: `c -> a` is not allowed: it makes a cycle, c -> a -> b -> c"]
        );
        assert_eq!(problems(("a", "c")), ["src/a/mod.rs:7: `a -> c` is not allowed: `a` may import b only"]);
    }

    #[test]
    fn the_list_itself_is_checked() {
        let cyclic: &[(&str, &[&str])] = &[("a", &["b"]), ("b", &["a"])];
        assert_eq!(
            Allowed::new(cyclic).problems(&graph(&[("a", "b")]), "src"),
            [
                "the module `c` has no entry in the list of allowed imports",
                "the list allows a cycle: a -> b -> a",
                "the list allows a cycle: b -> a -> b",
                "no import uses the entry `b -> a`: remove it from the list",
            ]
        );
    }
}
