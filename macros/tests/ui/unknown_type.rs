yunxin_macros::spec!("specs/unknown_type/shop");

fn main() {}
