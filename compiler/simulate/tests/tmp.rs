mod common;
use common::*;
#[test]
fn t() {
    let text = std::fs::read_to_string(root().join("examples/cbd_race.rog")).unwrap();
    for h in ["6 years", "1 day", "100 years"] {
        for drop in [false, true] {
            let mut t = text.replace("horizon 6 years", &format!("horizon {h}"));
            if h == "1 day" { t = t.replace("by 1993-12-29", "by 1992-06-05"); }
            if drop { t = t.replace("    measure instruments\n", ""); }
            let p = program(&t);
            let c = compiled(&p, &[]);
            let mut i = c.instance(1);
            let mut r = vec![0; 8192 * c.width()];
            let mut best = f64::MAX;
            for _ in 0..20 { let t = std::time::Instant::now(); i.run_into(0, 8192, &mut r); best = best.min(t.elapsed().as_secs_f64()); }
            println!("{h} {drop}: {:.3} us/run {:?}", best / 8192.0 * 1e6, c.size());
        }
    }
}
