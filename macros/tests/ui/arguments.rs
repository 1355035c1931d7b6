yunxin_macros::spec!(specs/shop);
yunxin_macros::spec!("specs/shop", sedre);
yunxin_macros::spec!("specs/shop", crate = super::sdk);

fn main() {}
