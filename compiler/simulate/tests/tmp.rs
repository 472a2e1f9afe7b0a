mod common;
use common::*;
#[test]
fn t() {
    for (i, t) in ["any s: State may withdraw not before 2 years after first deposit by s"].iter().enumerate() {
    let p = program(&"module t
         kind State
         act deposit by any State
         act withdraw by State
         POW
         any s: State cannot deposit when bound(s)
         status bound(s: State) from 90 days after deposit by s until 1 year after withdraw by s
         experiment e {
             begin 1990-01-31
             State 2
             each State does deposit after exponential(3 years)
             each State does withdraw after geometric(2 years)
             horizon 25 years
             measure count(withdraw)
         }".replace("POW", t));
    let c = compiled(&p, &[]);
    println!("{i} {:?}", c.instance(1).run(0, 6));
    }
}
