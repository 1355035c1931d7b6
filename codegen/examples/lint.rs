fn main() {
    let s = yunxin_codegen::Sources::read(std::path::Path::new(&std::env::args().nth(1).unwrap()), "spec").unwrap();
    match yunxin_codegen::compile(&s) {
        Ok(_) => println!("ok"),
        Err(d) => println!("{}", d.render(&s, false)),
    }
}
