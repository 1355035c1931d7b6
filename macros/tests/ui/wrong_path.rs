yunxin_macros::spec!("specs/nowhere");
yunxin_macros::spec!("specs/two_errors");
yunxin_macros::spec!("specs/two_errors/shop/product.yaml");

fn main() {}
