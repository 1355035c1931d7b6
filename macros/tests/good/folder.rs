//! A product folder, beside a resource of it alone.

use yunxin::{Client, Credentials, Endpoint as _};

yunxin_macros::spec!("specs/whole/shop");

mod alone {
    yunxin_macros::spec!("specs/whole/shop/order.yaml");
}

fn main() -> yunxin::Result<()> {
    let client = Client::new(Credentials::new("app-key", "app-secret"))?;
    let whole = shop::order::Place::new(2).tags(["gift"]).prepare(&client)?;
    let alone = alone::shop::order::Place::new(2).tags(["gift"]).prepare(&client)?;
    assert_eq!(whole.url, "https://shop.example.com/shopserver/order");
    assert_eq!((whole.url, whole.body), (alone.url, alone.body));
    Ok(())
}
