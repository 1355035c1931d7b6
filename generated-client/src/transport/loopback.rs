//! Which host names stand for this machine.

use std::net::IpAddr;

/// Whether a host, as it is written in a URL, is this machine: `localhost`, a name below it, or an address such as `127.0.0.1`,
/// `[::1]` or `[::ffff:127.0.0.1]`.
pub(crate) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => {
            let name = host.to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_many_names() {
        for host in
            ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "[::ffff:127.0.0.1]", "::1"]
        {
            assert!(is_loopback(host), "{host}");
        }
        for host in
            ["localhost.example", "127.0.0.1.example", "10.0.0.1", "[::2]", "[::ffff:10.0.0.1]", "notlocalhost", ""]
        {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
