//! Duties in native code: when they are born, met, breached, released, and what power they carry (R25-R31), run by run as
//! the interpreter has it.

mod common;

use common::{agree, program};

#[track_caller]
fn check(least: usize, text: &str) {
    let different = agree(&program(text), &[], 11, 120);
    assert!(
        different >= least,
        "only {different} different records: the experiment tests little"
    );
}

#[test]
fn a_first_meeting_within_a_year_and_a_secret() {
    check(
        40,
        "module t
         kind State
         office Secretariat
         act deposit by any State
         act convene by Secretariat
         deed leak by State
         status in_force from 30 days after 2nd deposit
         article 23 {
             (1) first_meeting: Secretariat must convene within 6 months upon start(in_force)
             (2) any State must not leak when in_force
         }
         experiment e {
             begin 2001-01-01
             State 3
             each State does deposit after exponential(200 days)
             each s: State does leak after exponential(400 days)
             Secretariat does convene after exponential(150 days)
             horizon 3 years
             measure first convene
             measure count(leak)
             measure share(breach of art 23(1))
             measure share(breach of art 23(1) by 2002-01-01)
             measure share(breach of art 23)
             measure count(breach of art 23(2))
             measure breaches
         }",
    );
}

#[test]
fn answers_due_to_each_request() {
    check(
        60,
        "module t
         counting treaty
         kind Member { quick: bool = false }
         kind Clerk
         act ask by any Member
         act answer(m: Member) by Clerk
         act excuse(m: Member) by any Clerk
         act pause by any Clerk
         act resume by any Clerk
         status paused from pause until resume
         status excused(m: Member) from excuse(m)
         article 1 {
             (1) each c: Clerk must answer(m) within 20 days upon ask by m when not paused unless excused(m)
             (2) any Clerk must answer(m) within 1 month upon ask by m when m.quick
             (3) any Clerk must answer(m) upon 3rd ask by m
         }
         experiment e {
             begin 2001-01-31
             Member: A, B { quick = true }, C
             Clerk: X, Y
             each Member does ask after geometric(15 days)
             each c: Clerk does answer(m) after exponential(12 days)
             X does excuse(m) after exponential(150 days)
             Y does pause after exponential(40 days)
             Y does resume after exponential(40 days)
             horizon 200 days
             measure count(ask)
             measure count(answer)
             measure count(answer by X)
             measure last answer
             measure count(breach of art 1(1))
             measure count(breach of art 1(2))
             measure share(breach of art 1(3))
             measure count(breach of art 1)
         }",
    );
}

#[test]
fn deadlines_before_a_day_and_words_of_urgency() {
    check(30, URGENT);
    // What an experiment says of a word holds in place of what the text says.
    check(
        30,
        &URGENT.replace("horizon", "term promptly = 3 days\nhorizon"),
    );
}

const URGENT: &str = "module t
         kind Party
         office Chair
         act notify(p: Party) by Chair
         act open_it by any Party
         act close_it by any Party
         status running from open_it until close_it
         article 7 {
             (1) Chair must notify(p) promptly upon start(running) when not told(p) and chosen(p)
             (2) Chair must notify(p) before 2001-06-01 upon open_it by p
             (3) Chair should notify(p) within 1 day upon close_it by p
         }
         status told(p: Party) from notify(p)
         define chosen(p: Party): bool = count(q: Party where told(q)) < 2
         term promptly = 9 days
         experiment e {
             begin 2001-04-01
             Party: P, Q, R
             each Party does open_it after geometric(25 days)
             each Party does close_it after geometric(25 days)
             Chair does notify(p) after exponential(14 days)
             horizon 100 days
             measure count(notify)
             measure first notify
             measure count(breach of art 7(1))
             measure count(breach of art 7(2))
             measure count(breach of art 7)
         }";

/// What native code does not follow is refused where it is measured, and played by the interpreter; what ensures something,
/// passes with a condition or opens later runs as the interpreter has it.
#[test]
fn other_duties() {
    for (line, refused) in [
        (
            "(1) any Member must ask every 10 days after 2001-01-01",
            true,
        ),
        ("(1) any Member must ensure calm", false),
        (
            "(1) any Member must ask within 9 days upon ask while calm",
            false,
        ),
        (
            "(1) any Member must ask between 2001-02-01 and 2001-03-01 upon ask",
            false,
        ),
    ] {
        let text = format!(
            "module t
             kind Member
             act ask by any Member
             act disturb by any Member
             act soothe by any Member
             status calm from soothe until disturb
             article 1 {{ {line} }}
             experiment e {{
                 begin 2001-01-01
                 Member 2
                 each Member does ask after exponential(30 days)
                 each Member does soothe after exponential(30 days)
                 each Member does disturb after exponential(30 days)
                 horizon 1 year
                 measure count(breach of art 1)
             }}"
        );
        let p = program(&text);
        if !refused {
            assert!(agree(&p, &[], 11, 60) > 1, "{line}");
            continue;
        }
        let refusal = rogatio_simulate::compile(&p, &p.experiments[0], &[]);
        let refusal = refusal.expect_err("refused").to_string();
        assert!(
            refusal.starts_with("E0960") && refusal.contains("recurs"),
            "{line}: {refusal}"
        );
    }
}
