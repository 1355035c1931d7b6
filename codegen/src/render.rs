//! Prints diagnostics the way rustc does.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::{diagnostic::Severity, excerpt::Excerpts, locate::Located};

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
    let spans: Vec<_> = std::iter::once(&item.span).chain(second_here.map(|(_, span, _)| span)).collect();
    let excerpt = excerpts.of(file, &spans);
    let source = Snippet::source(excerpt.text).line_start(excerpt.line).path(&*file.path);
    let mut snippet = source.annotation({
        let annotation = AnnotationKind::Primary.span(excerpt.within(&item.span));
        if diagnostic.label.is_empty() { annotation } else { annotation.label(&*diagnostic.label) }
    });
    let mut elsewhere = None;
    if let Some((second_file, span, label)) = &item.second {
        let context = |span| AnnotationKind::Context.span(span).label(*label);
        if second_here.is_some() {
            snippet = snippet.annotation(context(excerpt.within(span)));
        } else {
            let excerpt = excerpts.of(second_file, &[span]);
            let source = Snippet::source(excerpt.text).line_start(excerpt.line).path(&*second_file.path);
            elsewhere = Some(source.annotation(context(excerpt.within(span))));
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
