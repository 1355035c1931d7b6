//! Prints diagnostics the way rustc does.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::{diagnostic::Severity, locate::Located};

pub(crate) fn render(located: &[Located<'_>], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for item in located {
        if !out.is_empty() {
            out.push_str("\n\n");
        }
        out.push_str(&renderer.render(&report(item)));
    }
    out
}

fn report<'a>(item: &'a Located<'a>) -> Vec<Group<'a>> {
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
    let mut snippet = Snippet::source(&*file.text).path(&*file.path).annotation({
        let annotation = AnnotationKind::Primary.span(item.span.clone());
        if diagnostic.label.is_empty() { annotation } else { annotation.label(&*diagnostic.label) }
    });
    let mut elsewhere = None;
    if let Some((second_file, span, label)) = &item.second {
        let annotation = AnnotationKind::Context.span(span.clone()).label(*label);
        if second_file.path == file.path {
            snippet = snippet.annotation(annotation);
        } else {
            elsewhere = Some(Snippet::source(&*second_file.text).path(&*second_file.path).annotation(annotation));
        }
    }
    let mut group = title.element(snippet);
    if let Some(elsewhere) = elsewhere {
        group = group.element(elsewhere);
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(&**help));
    }
    vec![group]
}
