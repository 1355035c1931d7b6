//! The two parts of a URL: the host, and the target of the request line.

use reqwest::Url;

/// Splits a URL into scheme, host and port, and the rest.
pub(super) fn split_url(url: &str) -> (&str, &str) {
    let begin = url.find("://").map_or(0, |scheme| scheme.saturating_add("://".len()));
    let host_length = url.get(begin..).and_then(|rest| rest.find(['/', '?', '#']));
    host_length.and_then(|length| url.split_at_checked(begin.saturating_add(length))).unwrap_or((url, ""))
}

/// Sets path and query of a URL.
pub(super) fn set_target(url: &mut Url, target: &str) {
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    url.set_path(path);
    url.set_query(query);
}

/// Whether the URL standard would leave a target as it is: no characters to encode, no `.` or `..` to resolve.
#[cfg(feature = "hyper")]
pub(super) fn is_normal(target: &str) -> bool {
    let mut previous = 0;
    target.starts_with('/')
        && target.bytes().all(|byte| {
            // A segment that begins with a dot, encoded or not, is left to the parser.
            let is_plain = byte.is_ascii_alphanumeric()
                || matches!(byte, b'/' | b'?' | b'-' | b'_' | b'~' | b'!' | b'$' | b'&' | b'(' | b')' | b'*')
                || matches!(byte, b'+' | b',' | b';' | b'=' | b':' | b'@')
                || (matches!(byte, b'.' | b'%') && previous != b'/');
            previous = byte;
            is_plain
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_what_its_two_parts_make() {
        for url in [
            "https://a.example/im/user?accid=%61%20b&x=1+2",
            "http://127.0.0.1:8088",
            "http://[::1]:1/a%2Fb//c",
            "https://a.example/?q",
            "https://a.example?q=/",
            "https://a.example/p?",
        ] {
            let (origin, target) = split_url(url);
            let mut made = Url::parse(origin).unwrap();
            set_target(&mut made, target);
            assert_eq!(made, Url::parse(url).unwrap(), "{url}");
        }
        assert_eq!(split_url("https://a.example/p").0, split_url("https://a.example").0);
        assert_eq!(split_url("no url"), ("no url", ""));
    }

    #[cfg(feature = "hyper")]
    #[test]
    fn the_url_standard_leaves_normal_targets_alone() {
        let mut normal = 0;
        let letters =
            ["/", "a", ".", "..", "%2e", "%2F", "?", "=", "'", "\"", " ", "{", "|", "\\", "é", "#", "+", "\t"];
        for first in letters {
            for second in letters {
                for third in letters {
                    let target = format!("/{first}{second}{third}");
                    if !is_normal(&target) {
                        continue;
                    }
                    normal += 1;
                    let mut url = Url::parse("https://a.example").unwrap();
                    set_target(&mut url, &target);
                    assert_eq!(url.as_str(), format!("https://a.example{target}"));
                }
            }
        }
        assert!(normal > 200, "{normal}");
        assert!(!is_normal("") && !is_normal("?q") && !is_normal("/a/../b") && !is_normal("/%2E%2E/b"));
    }
}
