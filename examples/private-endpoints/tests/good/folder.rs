//! A product folder, beside a resource of it alone.

yunxin::spec!("spec/moderation");

mod alone {
    yunxin::spec!("spec/moderation/report.yaml");
}

fn main() {
    assert_eq!(moderation::PRODUCT.name, alone::moderation::PRODUCT.name);
}
