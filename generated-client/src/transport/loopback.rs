//! Detection of hosts that are this machine.

use url::Host;

/// Whether a host is this machine: `localhost`, a name below it, or an address such as `127.0.0.1`, `[::1]` or
/// `[::ffff:127.0.0.1]`.
pub(crate) fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            name == "localhost" || name.ends_with(".localhost")
        }
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => {
            address.is_loopback() || address.to_ipv4_mapped().is_some_and(|address| address.is_loopback())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: &str) -> bool {
        let url = url::Url::parse(&format!("http://{host}")).unwrap();
        is_loopback(&url.host().unwrap())
    }

    #[test]
    fn this_machine_has_many_names() {
        for host in [
            "localhost",
            "LOCALHOST",
            "a.localhost.",
            "127.0.0.1",
            "127.9.9.9",
            "0x7f.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
        ] {
            assert!(check(host), "{host}");
        }
        for host in ["localhost.example", "127.0.0.1.example", "10.0.0.1", "[::2]", "[::ffff:10.0.0.1]", "notlocalhost"]
        {
            assert!(!check(host), "{host}");
        }
    }
}
