//! The command `fire`: sends the example of an event to a handler.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use yunxin_sandbox::SHIPPED_SPEC;
use yunxin_sandbox::send_callback::{CallbackRequest, Event, Events, HttpResponse, SendCallbackError, Verification};

use crate::{failed, invalid_spec, print, print_error, terminal};

/// Send the example of an event to a handler, signed like the platform signs it, and print request and response
///
/// Prints status, size and time of the response, and its problems. Exit code 1 if the platform counts the callback as
/// failed: a status other than 200, too late, too long, or not JSON if JSON is required. Other problems are warnings.
#[derive(clap::Args)]
pub(crate) struct Fire {
    /// Event to fire, such as `call.ended`; may be left out with --body.
    #[arg(required_unless_present_any = ["list", "body"])]
    event: Option<String>,
    /// URL of the handler.
    #[arg(long, value_name = "URL", required_unless_present = "list")]
    to: Option<String>,
    /// App key of the callback.
    #[arg(long, value_name = "KEY", env = "YUNXIN_APP_KEY")]
    app_key: Option<String>,
    /// App secret to sign with.
    #[arg(long, value_name = "SECRET", env = "YUNXIN_APP_SECRET", hide_env_values = true)]
    app_secret: Option<String>,
    /// Sign key, for events of live streams and video on demand.
    #[arg(long, value_name = "KEY", env = "YUNXIN_SIGN_KEY", hide_env_values = true)]
    sign_key: Option<String>,
    /// Set a field of the body: `callback.durationSec=62`. The path consists of keys and list indexes, separated by
    /// dots; it may continue inside of a string with JSON. A text field stays text; `:=` instead of `=` sets JSON.
    #[arg(long, value_name = "PATH=VALUE", value_parser = edit)]
    set: Vec<Edit>,
    /// Body to send instead of the example; `-` reads it from stdin.
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// List all events: id, type, title.
    #[arg(long, conflicts_with_all = ["event", "to", "set", "body"])]
    list: bool,
    /// Folder with the specs.
    #[arg(long, value_name = "DIR", default_value = SHIPPED_SPEC)]
    spec: PathBuf,
}

/// A new value for a field of the body, from `--set`.
#[derive(Clone, Debug)]
enum Edit {
    Text(String, String),
    Json(String, serde_json::Value),
}

/// Parses an argument of `--set`.
fn edit(text: &str) -> Result<Edit, String> {
    let (path, value) = text.split_once('=').ok_or("write PATH=VALUE, such as callback.durationSec=62")?;
    match path.strip_suffix(':') {
        Some(path) => {
            let json = serde_json::from_str(value).map_err(|problem| format!("the value is not JSON: {problem}"))?;
            Ok(Edit::Json(path.to_owned(), json))
        }
        None => Ok(Edit::Text(path.to_owned(), value.to_owned())),
    }
}

pub(crate) async fn run(arguments: Fire) -> ExitCode {
    let events = match Events::from_spec_dir(&arguments.spec) {
        Ok(events) => events,
        Err(problem) => return invalid_spec(&problem),
    };
    let Some(url) = &arguments.to else {
        print(&format_list(&events));
        return ExitCode::SUCCESS;
    };
    let prepared = find_event(&arguments, &events).and_then(|event| {
        let prepared = build_request(&arguments, event)?.prepare(url).map_err(|problem| problem.to_string())?;
        Ok((event, prepared))
    });
    let (event, prepared) = match prepared {
        Ok(prepared) => prepared,
        Err(problem) => return failed(&format!("error: {problem}"), 2),
    };
    print(&format_message('>', &prepared.request_line(), prepared.headers(), prepared.body()));
    match prepared.send().await {
        Ok(response) => {
            let headers = response.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            print(&format_message('<', &format!("HTTP/1.1 {}", response.status), headers, &response.body));
            report(event, &response)
        }
        Err(problem) => failed(&format!("error: {}", terminal::line(&problem.to_string())), 1),
    }
}

/// Prints the response and its problems; returns the exit code.
fn report(event: Option<&Event>, response: &HttpResponse) -> ExitCode {
    let HttpResponse { status, body, elapsed, .. } = response;
    print(&format!("status {status}, {} bytes, {} ms", body.len(), elapsed.as_millis()));
    let problems = event.map_or_else(|| response.problems_of_unknown(), |event| response.problems(event));
    for problem in &problems {
        let kind = if problem.is_failure { "error: the platform counts this as a failure" } else { "warning" };
        print_error(&format!("{kind}: {}", problem.what));
    }
    if problems.iter().any(|problem| problem.is_failure) { ExitCode::from(1) } else { ExitCode::SUCCESS }
}

/// Returns the event in the arguments; `None` if they have none.
fn find_event<'e>(arguments: &Fire, events: &'e Events) -> Result<Option<&'e Event>, String> {
    match arguments.event.as_deref().map(|id| events.get(id)).transpose() {
        Err(problem @ SendCallbackError::UnknownEvent { .. }) => {
            Err(format!("{problem}\n`yunxin-sandbox fire --list` shows all events"))
        }
        event => event.map_err(|problem| problem.to_string()),
    }
}

/// Builds the request from the arguments. The error is the message for the user.
fn build_request(arguments: &Fire, event: Option<&Event>) -> Result<CallbackRequest, String> {
    let mut request = match (&arguments.body, event) {
        (Some(file), _) => CallbackRequest::with_body(
            read(file).map_err(|problem| format!("cannot read {}: {problem}", file.display()))?,
        ),
        (None, Some(event)) => event.request(),
        (None, None) => return Err("give an event or a body".to_owned()),
    };
    for edit in &arguments.set {
        request = match edit.clone() {
            Edit::Text(path, text) => request.set(path, text),
            Edit::Json(path, json) => request.set_json(path, json),
        };
    }
    sign(request, arguments, event)
}

/// Sets how the request is signed: as its event is, or by the given keys if there is no event.
fn sign(request: CallbackRequest, arguments: &Fire, event: Option<&Event>) -> Result<CallbackRequest, String> {
    let Fire { app_key, app_secret, sign_key, .. } = arguments;
    let only_sign_key = sign_key.is_some() && app_key.is_none();
    let verification = event
        .map_or(if only_sign_key { Verification::Sign } else { Verification::Checksum }, |event| event.verification);
    let needed = |what| Err(format!("{} is signed: give {what}", event.map_or("a body", |event| &event.id)));
    match (verification, sign_key, app_key, app_secret) {
        (Verification::None, ..) => Ok(request),
        (Verification::Sign, Some(sign_key), ..) => Ok(request.signed_with_key(sign_key)),
        (Verification::Sign, None, ..) => needed("--sign-key"),
        (Verification::Checksum, _, Some(app_key), Some(app_secret)) => Ok(request.signed(app_key, app_secret)),
        (Verification::Checksum, ..) => needed("--app-key and --app-secret"),
    }
}

/// Reads a file, or standard input if the path is `-`.
fn read(file: &Path) -> io::Result<Vec<u8>> {
    if file != Path::new("-") {
        return fs::read(file);
    }
    let mut body = Vec::new();
    io::stdin().lock().read_to_end(&mut body)?;
    Ok(body)
}

/// Formats a table of all events, one per line.
fn format_list(events: &Events) -> String {
    let kind = |event: &Event| match event.types.join("|") {
        types if types.is_empty() => "-".to_owned(),
        types => format!("{}={types}", event.type_key),
    };
    let max_width = |width: &dyn Fn(&Event) -> usize| events.iter().map(width).max().unwrap_or_default();
    let (ids, kinds) = (max_width(&|event| event.id.len()), max_width(&|event| kind(event).len()));
    let lines = events.iter().map(|event| {
        let response = if event.answered { " (waits for an answer)" } else { "" };
        format!("{:ids$}  {:kinds$}  {}{response}", event.id, kind(event), event.title)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Formats a request or a response as it is sent, each line with a prefix.
fn format_message<'m>(
    prefix: char,
    first: &str,
    headers: impl Iterator<Item = (&'m str, &'m str)>,
    body: &[u8],
) -> String {
    let mut text = format!("{prefix} {first}");
    for (name, value) in headers {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n{prefix} {name}: {}", terminal::line(value));
    }
    if !body.is_empty() {
        let _ = write!(text, "\n{prefix}");
    }
    for line in String::from_utf8_lossy(body).lines() {
        let _ = write!(text, "\n{prefix} {}", terminal::line(line));
    }
    text + "\n"
}
