//! Prints diagnostics the way rustc does.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::diagnostics::Severity;
use crate::diagnostics::excerpt::{Excerpt, Excerpts};
use crate::diagnostics::locate::Located;
use crate::yaml::SourceFile;

/// Bytes of text that a report shows at most. The renderer walks over each letter many times, also where it leaves some
/// out.
const MOST: usize = 4 * 1024;

pub(crate) fn render(located: &[Located<'_>], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    let mut excerpts = Excerpts::default();
    for item in located {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        out.push_str(&renderer.render(&report(item, &mut excerpts)));
    }
    out
}

fn report<'a>(item: &'a Located<'a>, excerpts: &mut Excerpts<'a>) -> Vec<Group<'a>> {
    let diagnostic = item.diagnostic;
    let level = match diagnostic.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&*diagnostic.message).id(diagnostic.code.id());
    let Some(file) = item.file else {
        // Nothing to show of a file without text, so the message names it.
        let group = Group::with_title(title);
        return vec![match &diagnostic.help {
            Some(help) => group.element(Level::HELP.message(&**help)),
            None => group,
        }];
    };
    let second_here = item.second.as_ref().filter(|(second_file, ..)| second_file.path == file.path);
    let both = second_here.map(|(_, span, label)| (excerpts.of(file, &[&item.span, span]), span, label));
    let primary = |span| {
        let annotation = AnnotationKind::Primary.span(span);
        if diagnostic.label.is_empty() { annotation } else { annotation.label(&*diagnostic.label) }
    };
    let mut group = match both {
        Some((excerpt, span, label)) if excerpt.text.len() <= MOST => {
            let context = AnnotationKind::Context.span(excerpt.within(span)).label(*label);
            title.element(source(file, &excerpt).annotation(primary(excerpt.within(&item.span))).annotation(context))
        }
        _ => {
            let excerpt = excerpts.of(file, &[&item.span]);
            let mut group =
                shown(Group::with_title(title), file, &excerpt, primary(excerpt.within(&item.span)), &item.span);
            if let Some((file, span, label)) = &item.second {
                let excerpt = excerpts.of(file, &[span]);
                let context = AnnotationKind::Context.span(excerpt.within(span)).label(*label);
                group = shown(group, file, &excerpt, context, span);
            }
            group
        }
    };
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(&**help));
    }
    vec![group]
}

/// A place with its lines; the place alone when a line is longer than anyone reads.
fn shown<'a>(
    group: Group<'a>,
    file: &'a SourceFile,
    excerpt: &Excerpt<'a>,
    annotation: Annotation<'a>,
    span: &Range<usize>,
) -> Group<'a> {
    if excerpt.text.len() <= MOST {
        return group.element(source(file, excerpt).annotation(annotation));
    }
    let before = excerpt.text.get(..excerpt.within(span).start).unwrap_or_default();
    let (line, column) = match before.rsplit_once('\n') {
        Some((lines, rest)) => (excerpt.line + lines.matches('\n').count() + 1, rest),
        None => (excerpt.line, before),
    };
    group.element(Origin::path(&*file.path).line(line).char_column(column.chars().count() + 1))
}

fn source<'a>(file: &'a SourceFile, excerpt: &Excerpt<'a>) -> Snippet<'a, Annotation<'a>> {
    Snippet::source(excerpt.text).line_start(excerpt.line).path(&*file.path)
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::{Code, Diagnostic};
    use crate::{Diagnostics, Sources};

    #[test]
    fn endless_lines_are_named_and_not_shown() {
        let text = format!("a: 1\nb: [{}]\n", "汉, ".repeat(MOST_ITEMS));
        let sources = Sources::from_texts([("x/y.yaml", text.as_str())]);
        let mut diagnostics = Diagnostics::default();
        let at = |span| Diagnostic::at_bytes(Code::DuplicateKey, "spec/x/y.yaml", span, "twice").label("again");
        diagnostics.push(at(14..17).second_bytes(0..1, "first"));
        let report = diagnostics.render(&sources, false);
        assert!(report.contains("--> spec/x/y.yaml:2:8"), "{report}");
        assert!(report.contains("1 | a: 1") && report.contains("- first"), "the other place is shown\n{report}");
        assert!(report.len() < 500, "{report}");
    }

    const MOST_ITEMS: usize = super::MOST / 4;
}
