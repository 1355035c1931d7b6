fn main() {
    let s = yunxin_codegen::Sources::read(std::path::Path::new(&std::env::args().nth(1).unwrap()), "spec").unwrap();
    match yunxin_codegen::compile(&s) {
        Ok(c) => println!("ok {}", c.warnings.render(&s, false)),
        Err(d) => println!("{}", d.render(&s, false)),
    }
}
