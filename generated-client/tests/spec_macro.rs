//! Tests the code that `spec!` generates from valid specs. Half of the test is that it compiles under these lints.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is the failure of the test")]
#![deny(warnings, missing_docs, unreachable_pub, unused, rust_2018_idioms, deprecated)]

use yunxin::{Client, Credentials, Endpoint as _, ErrorKind, Region, json};

yunxin::spec!("tests/spec_macro/shop");

/// One resource alone, of a crate under another name.
pub mod refunds {
    /// Like a service's own crate that re-exports its dependencies.
    pub mod deps {
        pub use ::yunxin as netease;
    }

    yunxin::spec!("./tests/spec_macro/shop/refund.yaml", crate = crate::refunds::deps::netease);
}

/// With serde, and private.
mod stored {
    yunxin::spec!("tests/spec_macro/shop/", serde);
}

#[test]
fn events_are_those_of_the_spec() {
    use yunxin::callback::CallbackBody as _;

    let body = br#"{"eventType":1,"order":"7","items":"[\"lamp\"]"}"#;
    let events::Event::ShopShipped(shipped) = events::Event::parse(body) else { panic!("it is another event") };
    assert_eq!((shipped.order, shipped.items.as_deref()), (7, Some(["lamp".to_owned()].as_slice())));
}

fn client(region: Region) -> Client {
    Client::builder(Credentials::new("app-key", "app-secret")).region(region).build().unwrap()
}

#[test]
fn hosts_and_base_path_are_those_of_the_spec() {
    let place = shop::order::Place::new("alice", 2).gift(true).size(2).tags(["a"]).pin("1234");
    let request = place.prepare(&client(Region::Mainland)).unwrap();
    assert_eq!(request.url, "https://shop.example.com/shopserver/order/place.action");
    assert_eq!(
        str::from_utf8(&request.body).unwrap(),
        "buyer=alice&amount=2&isGift=1&size=2&tags=%5B%22a%22%5D&pin=1234"
    );
    assert!(!format!("{place:?}").contains("1234"));
    let request = shop::order::Touch::new().prepare(&client(Region::Other("island".into()))).unwrap();
    assert_eq!(request.url, "https://shop-is.example.com/shopserver/order/touch.action");
}

#[test]
fn limits_and_codes_are_those_of_the_spec() {
    let error = shop::order::Place::new("alice", 10).prepare(&client(Region::Mainland)).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::InvalidRequest), "{error:?}");
    assert_eq!(i64::from(shop::ErrorCode::SoldOut), 901);
    assert_eq!(shop::PRODUCT.code(414).unwrap().meaning, "A parameter is \"wrong\".");
}

#[test]
fn a_resource_alone_has_its_product() {
    let request = refunds::shop::refund::Ask::new(7).prepare(&client(Region::Mainland)).unwrap();
    assert_eq!(request.url, "https://shop.example.com/shopserver/refund?order=7");
    assert_eq!(refunds::shop::PRODUCT.name, "shop");
}

#[test]
fn serialized_values_have_the_wire_names() {
    use stored::shop::order::{Address, Place};
    let place = Place::new("alice", 2).gift(true).address(Address::new(89073));
    let text = serde_json::to_value(&place).unwrap();
    assert_eq!(text["isGift"], json!(true));
    assert_eq!(text["address"]["zipCode"], json!(89073));
    let restored = serde_json::from_value::<Place>(text).unwrap();
    assert_eq!(format!("{restored:?}"), format!("{place:?}"));
}
