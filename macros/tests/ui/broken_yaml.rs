yunxin_macros::spec!("specs/broken_yaml/shop");

fn main() {}
