//! Any text as a token: it is rejected with a reason, and never accepted.
#![no_main]

use std::time::{Duration, UNIX_EPOCH};

use libfuzzer_sys::fuzz_target;
use yunxin::token::{Im, Permission, Rtc};

const SECRET: &str = "a secret that no input can guess";

fuzz_target!(|token: &str| {
    let now = UNIX_EPOCH + Duration::from_millis(1_700_000_000_000);
    let refused = [
        Rtc::new("key", SECRET).check(token, "room", 1, now).err(),
        Im::new("key", SECRET).check(token, "alice", now).err(),
        Permission::new("key", SECRET).check(token, "room", 1, now).err(),
    ];
    for refused in refused {
        let error = refused.expect("accepted unsigned");
        assert!(!format!("{error} {error:?}").contains(SECRET));
    }
    drop((Rtc::parse(token), Permission::parse(token)));
});
