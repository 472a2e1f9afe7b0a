fn main() {
    let path = std::env::args().nth(1).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let t = std::time::Instant::now();
    let (m, d) = rogatio_grammar::parse(rogatio_diagnostics::FileId(0), &text);
    eprintln!("{:?}", t.elapsed());
    for d in &d {
        let s = d.span();
        let line = text[..(s.start as usize).min(text.len())].matches('\n').count() + 1;
        println!("{path}:{line}: {} {} | {:?} | {:?}", d.code, d.message, d.labels.iter().map(|l| (&text[l.span.start as usize..l.span.end as usize], &l.text)).collect::<Vec<_>>(), d.help);
    }
    match std::env::args().nth(2).as_deref() { Some("ast") => println!("{}", rogatio_grammar::dump_ast(&m)),
     Some("tok") => println!("{}", rogatio_grammar::dump_tokens(&text)),
     Some("fmt") => match rogatio_grammar::format(rogatio_diagnostics::FileId(0), &text) { Ok(t) => print!("{t}"), Err(_) => println!("refused") },
     _ => println!("{} items", m.items.len()) }
}
