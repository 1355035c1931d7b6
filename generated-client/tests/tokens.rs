//! Tests the tokens that a service makes: known values, and why a token is refused.

#![cfg(feature = "token")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is the failure of the test"
)]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use yunxin::Credentials;
use yunxin::token::{Error, Im, Permission, Privileges, Rtc};

const KEY: &str = "c37bf7a8758a4ed00000000000000000";
const SECRET: &str = "c00000000000";
const PERMISSION_SECRET: &str = "45eaeb3c2757c57c1b8e0a25a1f246a476c36ca5ba0cd20da38a154c2adebdab";

/// From the tests of the vendor's own token builders: app key and secret as above, room1, 10000, 1693968975000, 1800.
const RTC_TOKEN: &str = "eyJzaWduYXR1cmUiOiJlZjRmNGEwOGM1NmZiOWI5MDQ3OTE2YjZlYmZhZGY5NWFjZDc2OGViIiwiY3VyVGltZSI6MTY5Mzk2ODk3NTAwMCwidHRsIjoxODAwfQ==";

/// Of the vendor's Go builder: room1, 10000, privilege 1, 1000 s from 1696662104.
const PERMISSION_KEY: &str = "eJxcy8GOgjAYBOB3*c89lAValmQvu5sYExJjQhS5lfILFWtLTQlofHfT6Mm5zTeZOwhrB1wgBxnz5shFxtNMJNjSzwAB2aMcrl5DDlNymg-ZX3qrTVss2vyOfDU2smz*O49Fv6vW*822isVQy5-wvAiNkIMzRkehe1eqIBH7Zox9RTQhgLNVDt9OKSVgnZrUGbsABLxqXwN9PAMAAP--3wQ3AQ__";

/// Computed with another implementation: demo-app-key, demo-app-secret, zhangsan, 1614764611561, 600.
const IM_TOKEN: &str = "eyJzaWduYXR1cmUiOiJjNDA5ZjQxNTNkMjdjMzEzMjc4NzJhZTJjMTA0MWMyYjU1NDM1NWUyIiwiY3VyVGltZSI6MTYxNDc2NDYxMTU2MSwidHRsIjo2MDB9";

fn millis(millis: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(millis)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn rtc() -> Rtc {
    Rtc::from(&Credentials::new(KEY, SECRET))
}

fn im() -> Im {
    Im::from(&Credentials::new("demo-app-key", "demo-app-secret"))
}

fn permission() -> Permission {
    Permission::new(KEY, PERMISSION_SECRET)
}

#[test]
fn known_answers() {
    let token = rtc().token("room1", 10_000, seconds(1_800), millis(1_693_968_975_000)).unwrap();
    assert_eq!(token.expose(), RTC_TOKEN);
    let token = im().token("zhangsan", seconds(600), millis(1_614_764_611_561)).unwrap();
    assert_eq!(token.expose(), IM_TOKEN);
}

#[test]
fn the_vendors_permission_key_is_read_and_made() {
    let now = millis(1_696_662_104_000);
    let theirs = permission().check(PERMISSION_KEY, "room1", 10_000, now).unwrap();
    assert_eq!((theirs.app_key(), theirs.channel(), theirs.uid()), (KEY, "room1", 10_000));
    assert_eq!(theirs.privileges(), Privileges::SEND_AUDIO);
    assert_eq!((theirs.issued_at(), theirs.ttl(), theirs.expires_at()), (now, seconds(1_000), now + seconds(1_000)));

    let ours = permission().key("room1", 10_000, Privileges::SEND_AUDIO, seconds(1_000), now).unwrap();
    assert_eq!(inflated(ours.expose()), inflated(PERMISSION_KEY));
    assert!(ours.expose().chars().all(|character| character.is_ascii_alphanumeric() || "*-_".contains(character)));
}

fn inflated(key: &str) -> String {
    let zipped = STANDARD.decode(key.replace('*', "+").replace('-', "/").replace('_', "=")).unwrap();
    String::from_utf8(miniz_oxide::inflate::decompress_to_vec_zlib(&zipped).unwrap()).unwrap()
}

fn zipped(json: &str) -> String {
    let zipped = miniz_oxide::deflate::compress_to_vec_zlib(json.as_bytes(), 6);
    STANDARD.encode(zipped).replace('+', "*").replace('/', "-").replace('=', "_")
}

#[test]
fn tokens_are_for_their_time() {
    let made = millis(1_693_968_975_000);
    let expires = made + seconds(1_800);
    let check = |rtc: Rtc, now| rtc.check(RTC_TOKEN, "room1", 10_000, now).map(|claims| claims.expires_at());
    let ms = Duration::from_millis(1);
    assert_eq!(check(rtc(), made), Ok(expires));
    assert_eq!(check(rtc(), expires), Ok(expires));
    assert_eq!(check(rtc(), expires + ms), Err(Error::Expired { ago: ms }));
    assert_eq!(check(rtc(), expires + seconds(60)).unwrap_err().to_string(), "it expired 60 s ago");
    assert_eq!(check(rtc(), made - ms), Err(Error::NotYetValid { starts_in: ms }));
    assert_eq!(check(rtc(), made - seconds(7)).unwrap_err().to_string(), "it is valid only in 7 s");
    for now in [made - seconds(5), expires + seconds(5)] {
        assert_eq!(check(rtc().leeway(seconds(5)), now), Ok(expires));
        assert!(check(rtc().leeway(seconds(4)), now).is_err());
    }
    let late = permission().check(PERMISSION_KEY, "room1", 10_000, millis(1_696_663_105_000));
    assert_eq!(late, Err(Error::Expired { ago: seconds(1) }));
}

#[test]
fn tokens_are_for_one_room_and_user() {
    let now = millis(1_693_968_975_000);
    assert_eq!(rtc().check(RTC_TOKEN, "room2", 10_000, now), Err(Error::WrongSignature));
    assert_eq!(rtc().check(RTC_TOKEN, "room1", 10_001, now), Err(Error::WrongSignature));
    assert_eq!(Rtc::new(KEY, "else").check(RTC_TOKEN, "room1", 10_000, now), Err(Error::WrongSignature));
    assert_eq!(im().check(IM_TOKEN, "lisi", millis(1_614_764_611_561)), Err(Error::WrongSignature));

    let now = millis(1_696_662_104_000);
    let check = |permission: Permission, channel, uid| permission.check(PERMISSION_KEY, channel, uid, now);
    assert_eq!(check(permission(), "room2", 10_000), Err(Error::WrongChannel { channel: "room1".to_owned() }));
    assert_eq!(check(permission(), "room1", 1), Err(Error::WrongUid { uid: 10_000 }));
    let other = Permission::new("other", PERMISSION_SECRET);
    assert_eq!(check(other, "room1", 10_000), Err(Error::WrongAppKey { app_key: KEY.to_owned() }));
    assert_eq!(check(Permission::new(KEY, SECRET), "room1", 10_000), Err(Error::WrongSignature));
}

#[test]
fn invalid_tokens_give_the_reason() {
    let of = |json: &str| Rtc::parse(&STANDARD.encode(json)).map(drop);
    assert_eq!(Rtc::parse("!").unwrap_err(), Error::NotBase64);
    assert_eq!(Rtc::parse("").unwrap_err(), Error::NotJson);
    assert_eq!(Rtc::parse(&"A".repeat(2_000)).unwrap_err(), Error::TooLong);
    assert_eq!(of("[]"), Err(Error::NotJson));
    assert_eq!(of(&"[".repeat(700)), Err(Error::NotJson));
    assert_eq!(of(r#"{"curTime":1,"ttl":1}"#), Err(Error::BadField { name: "signature" }));
    assert_eq!(of(r#"{"signature":"","curTime":-1,"ttl":1}"#), Err(Error::BadField { name: "curTime" }));
    assert_eq!(of(r#"{"signature":"","curTime":1}"#), Err(Error::BadField { name: "ttl" }));
    let endless = format!(r#"{{"signature":"","curTime":1,"ttl":{}}}"#, u64::MAX);
    assert_eq!(of(&endless), Err(Error::TimeOutOfRange));

    let of = |key: &str| Permission::parse(key).map(drop);
    assert_eq!(of("a+b="), Err(Error::NotBase64));
    assert_eq!(of("AAAA"), Err(Error::NotZlib));
    assert_eq!(of(&zipped("1")), Err(Error::NotJson));
    let bomb = zipped(&" ".repeat(1_000_000));
    assert!(bomb.len() < 4_096, "else it is refused for its own length");
    assert_eq!(of(&bomb), Err(Error::TooLong));
    let without = inflated(PERMISSION_KEY).replace("\"privilege\":1", "\"privilege\":4294967296");
    assert_eq!(of(&zipped(&without)), Err(Error::BadField { name: "privilege" }));
}

#[test]
fn tokens_that_would_be_refused_are_not_made() {
    let now = millis(1_693_968_975_000);
    let make = |ttl| rtc().token("room1", 1, ttl, now).map(drop);
    assert_eq!(make(Duration::from_millis(999)), Err(Error::TtlTooShort));
    assert_eq!(make(seconds(86_400)), Ok(()));
    let (ttl, most) = (seconds(86_401), seconds(86_400));
    assert_eq!(make(ttl), Err(Error::TtlTooLong { ttl, most }));
    assert_eq!(rtc().token("", 1, most, now), Err(Error::Empty { name: "the room" }));
    assert_eq!(Rtc::new(KEY, "").token("room1", 1, most, now), Err(Error::NoSecret));
    assert_eq!(Rtc::new("", SECRET).token("room1", 1, most, now), Err(Error::Empty { name: "the app key" }));
    assert_eq!(rtc().token("room1", 1, most, UNIX_EPOCH - seconds(1)), Err(Error::TimeOutOfRange));

    assert_eq!(im().token("", most, now), Err(Error::Empty { name: "the account" }));
    assert!(im().token("alice", ttl, now).is_ok(), "no limit is documented");
    assert_eq!(im().token("alice", seconds(u64::MAX), now), Err(Error::TimeOutOfRange));
    let careful = im().max_ttl(most);
    assert_eq!(careful.token("alice", ttl, now), Err(Error::TtlTooLong { ttl, most }));

    let key = |channel, ttl| permission().key(channel, 1, Privileges::ALL, ttl, now).map(drop);
    assert_eq!(key("room1", ttl), Err(Error::TtlTooLong { ttl, most }));
    assert_eq!(key("", most), Err(Error::Empty { name: "the room" }));
    assert_eq!(key("room1\nprivilege:63", most), Err(Error::LineBreak { name: "the room" }));
    assert_eq!(Permission::new(KEY, "").key("room1", 1, Privileges::ALL, most, now).map(drop), Err(Error::NoSecret));

    for (app_key, refused) in [
        ("", Error::Empty { name: "the app key" }),
        (" ", Error::Empty { name: "the app key" }),
        ("é", Error::BadAppKey),
        ("k\n", Error::BadAppKey),
        ("a b", Error::BadAppKey),
    ] {
        assert_eq!(Rtc::new(app_key, SECRET).token("room1", 1, most, now), Err(refused.clone()), "{app_key:?}");
        assert_eq!(Im::new(app_key, SECRET).token("alice", most, now), Err(refused.clone()), "{app_key:?}");
        let key = Permission::new(app_key, SECRET).key("room1", 1, Privileges::ALL, most, now);
        assert_eq!(key, Err(refused), "{app_key:?}");
    }
    assert_eq!(Rtc::new(KEY, " \t").token("room1", 1, most, now), Err(Error::NoSecret), "anybody can guess it");
    assert_eq!(Permission::new(KEY, "\n").key("room1", 1, Privileges::ALL, most, now), Err(Error::NoSecret));
    for secret in ["s\n", " s", "a\0b"] {
        assert_eq!(Rtc::new(KEY, secret).token("room1", 1, most, now), Err(Error::BadSecret), "{secret:?}");
        assert_eq!(Im::new(KEY, secret).token("alice", most, now), Err(Error::BadSecret), "{secret:?}");
        let key = Permission::new(KEY, secret).key("room1", 1, Privileges::ALL, most, now);
        assert_eq!(key, Err(Error::BadSecret), "{secret:?}");
    }
}

/// A key that its own check would refuse as too long is not made; a shorter one is.
#[test]
fn a_key_that_is_too_long_to_be_checked_is_not_made() {
    let now = millis(1_693_968_975_000);
    let make = |room: &str| permission().key(room, 1, Privileges::ALL, seconds(60), now);
    let room = |length: usize| "r".repeat(length);
    let longest = (1..5_000).rev().map(room).find(|room| make(room).is_ok()).unwrap();
    let key = make(&longest).unwrap();
    assert!(permission().check(key.expose(), &longest, 1, now).is_ok());
    let bytes = inflated(key.expose()).len() + 1;
    let refused = make(&room(longest.len() + 1)).unwrap_err();
    assert_eq!(refused, Error::WouldBeTooLong { name: "what the key holds", bytes, most: 4_096 });
    assert_eq!(
        refused.to_string(),
        "what the key holds would have 4097 bytes, and 4096 are allowed: the name of the room is too long"
    );
    // Text that cannot be compressed is too long sooner.
    let letters: Vec<char> = ('!'..='~').filter(|letter| !matches!(letter, '"' | '\\')).collect();
    let mut state = 1_u64;
    let noise: String = (0..3_880)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            letters[usize::try_from(state >> 33).unwrap() % letters.len()]
        })
        .collect();
    let refused = make(&noise).unwrap_err();
    assert!(matches!(refused, Error::WouldBeTooLong { name: "the key", bytes: 4_097.., .. }), "{refused:?}");
}

/// A token that was made elsewhere, with the right secret, for longer than is allowed.
#[test]
fn a_ttl_that_is_too_long_is_refused_where_it_is_signed() {
    let now = millis(1_614_764_611_561);
    let (ttl, most) = (seconds(600), seconds(599));
    assert_eq!(im().max_ttl(most).check(IM_TOKEN, "zhangsan", now), Err(Error::TtlTooLong { ttl, most }));
}

#[test]
fn an_empty_secret_checks_nothing() {
    let refused = Rtc::new(KEY, "").check(RTC_TOKEN, "room1", 10_000, UNIX_EPOCH);
    assert_eq!(refused, Err(Error::NoSecret));
    assert_eq!(Permission::new(KEY, "").check(PERMISSION_KEY, "room1", 10_000, UNIX_EPOCH), Err(Error::NoSecret));
}

#[test]
fn nothing_shows_a_secret_or_a_token() {
    let token = rtc().token("room1", 1, seconds(1), millis(0)).unwrap();
    let shown = format!("{:?} {:?} {:?} {token:?}", rtc(), im(), permission());
    for secret in [SECRET, PERMISSION_SECRET, "demo-app-secret", token.expose()] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn privileges_are_a_set() {
    assert_eq!(Privileges::SEND | Privileges::RECEIVE, Privileges::from_bits(15));
    let all = [1, 2, 4, 8, 16, 32].map(Privileges::from_bits).into_iter().fold(Privileges::NONE, |set, one| set | one);
    assert_eq!(all, Privileges::ALL);
    assert!(Privileges::ALL.contains(Privileges::JOIN_ROOM) && !Privileges::NONE.contains(Privileges::JOIN_ROOM));
    assert!(Privileges::NONE.contains(Privileges::NONE));
    assert_eq!(format!("{:?}", Privileges::from_bits(33 | 64)), "Privileges(SEND_AUDIO | JOIN_ROOM | 64)");
    assert_eq!(format!("{:?}", Privileges::NONE), "Privileges(NONE)");
}

fn flipped(bytes: &[u8], bit: prop::sample::Index) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let bit = bit.index(bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

/// The token with one character in the place of another.
fn misspelt(token: &str, place: prop::sample::Index, character: char) -> Option<String> {
    let mut characters: Vec<char> = token.chars().collect();
    let place = place.index(characters.len());
    let before = std::mem::replace(&mut characters[place], character);
    (before != character).then(|| characters.into_iter().collect())
}

proptest! {
    #[test]
    fn a_token_is_valid_for_its_time_and_user(
        key in "[!-~]{1,40}",
        secret in "[!-~](\\PC{0,78}[!-~])?",
        name in "[^\n]{1,40}",
        uid: u64,
        ttl in 1..86_400_u64,
        now in 0..4_000_000_000_000_u64,
        later in 0..=1_000_u64,
        bits in 0..64_u32,
    ) {
        let (now, ttl) = (millis(now), seconds(ttl));
        let then = now + ttl * u32::try_from(later).unwrap() / 1_000;
        let rtc = Rtc::new(key.clone(), secret.clone());
        let claims = rtc.check(rtc.token(&name, uid, ttl, now).unwrap().expose(), &name, uid, then).unwrap();
        prop_assert_eq!((claims.issued_at(), claims.ttl()), (now, ttl));
        let im = Im::new(key.clone(), secret.clone());
        let token = im.token(&name, ttl, now).unwrap();
        let claims = im.check(token.expose(), &name, then).unwrap();
        prop_assert_eq!(&claims, &Im::parse(token.expose()).unwrap());
        prop_assert_eq!((claims.issued_at(), claims.ttl()), (now, ttl));

        let permission = Permission::new(key.clone(), secret).leeway(seconds(1));
        let made = permission.key(&name, uid, Privileges::from_bits(bits), ttl, now).unwrap();
        let claims = permission.check(made.expose(), &name, uid, then).unwrap();
        prop_assert_eq!((claims.app_key(), claims.channel(), claims.uid()), (&*key, &*name, uid));
        prop_assert_eq!((claims.privileges().bits(), claims.ttl()), (bits, ttl));
    }

    /// For any input and time: a token that is made passes its own check, and nothing panics.
    #[test]
    fn every_token_passes_its_own_check(
        key in ".{0,40}",
        secret in ".{0,20}",
        name in prop_oneof![".{0,40}", "[a-z]{3000,5000}", "\\PC{800,1500}"],
        uid: u64,
        ttl: (u64, u32),
        now: (u64, u32),
        leeway: u64,
        bits: u32,
    ) {
        let nanos = |nanos: u32| nanos % 1_000_000_000;
        let now = UNIX_EPOCH.checked_add(Duration::new(now.0, nanos(now.1))).unwrap_or(UNIX_EPOCH + Duration::from_nanos(now.0));
        for ttl in [Duration::new(ttl.0, nanos(ttl.1)), Duration::new(ttl.0 % 86_400, nanos(ttl.1)), Duration::MAX] {
            let rtc = Rtc::new(key.clone(), secret.clone()).leeway(seconds(leeway));
            if let Ok(made) = rtc.token(&name, uid, ttl, now) {
                prop_assert!(rtc.check(made.expose(), &name, uid, now).is_ok());
            }
            let im = Im::new(key.clone(), secret.clone()).leeway(seconds(leeway));
            if let Ok(made) = im.token(&name, ttl, now) {
                prop_assert!(im.check(made.expose(), &name, now).is_ok());
            }
            let permission = Permission::new(key.clone(), secret.clone()).leeway(seconds(leeway));
            if let Ok(made) = permission.key(&name, uid, Privileges::from_bits(bits), ttl, now) {
                prop_assert_eq!(permission.check(made.expose(), &name, uid, now).map(drop), Ok(()));
            }
        }
    }

    #[test]
    fn a_token_with_a_flipped_bit_is_refused(bit: prop::sample::Index) {
        let json = flipped(&STANDARD.decode(RTC_TOKEN).unwrap(), bit);
        let now = millis(1_693_968_975_000);
        prop_assert!(rtc().check(&STANDARD.encode(&json), "room1", 10_000, now).is_err(), "{}", json.escape_ascii());

        let json = flipped(inflated(PERMISSION_KEY).as_bytes(), bit);
        let key = STANDARD.encode(miniz_oxide::deflate::compress_to_vec_zlib(&json, 6));
        let key = key.replace('+', "*").replace('/', "-").replace('=', "_");
        let now = millis(1_696_662_104_000);
        prop_assert!(permission().check(&key, "room1", 10_000, now).is_err(), "{}", json.escape_ascii());
    }

    #[test]
    fn a_token_with_a_changed_character_is_refused(place: prop::sample::Index, character in "[a-zA-Z0-9+/=*_-]|[^a]") {
        let character = character.chars().next().unwrap();
        if let Some(token) = misspelt(RTC_TOKEN, place, character) {
            prop_assert!(rtc().check(&token, "room1", 10_000, millis(1_693_968_975_000)).is_err(), "{}", token);
        }
        // Some bits of a compressed stream have no meaning, so another key may decode to the same content; it must not
        // decode to different content.
        if let Some(key) = misspelt(PERMISSION_KEY, place, character) {
            let now = millis(1_696_662_104_000);
            if let Ok(claims) = permission().check(&key, "room1", 10_000, now) {
                prop_assert_eq!(claims, Permission::parse(PERMISSION_KEY).unwrap());
            }
        }
    }

    #[test]
    fn random_tokens_are_refused_without_a_panic(text in ".{0,300}", bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let now = millis(1_693_968_975_000);
        for token in [text.clone(), STANDARD.encode(&text), STANDARD.encode(&bytes), zipped(&text)] {
            prop_assert!(rtc().check(&token, "room1", 10_000, now).is_err());
            prop_assert!(im().check(&token, "zhangsan", now).is_err());
            prop_assert!(permission().check(&token, "room1", 10_000, now).is_err());
        }
    }
}
