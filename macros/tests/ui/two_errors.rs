yunxin_macros::spec!("specs/two_errors/shop");

fn main() {}
