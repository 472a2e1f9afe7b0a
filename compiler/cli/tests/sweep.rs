//! `simulate`: sweeps, results that are continued, what a kill leaves.

mod common;

use common::{Ended, TREATY, rogatio, write};
use std::fs;
use tempfile::{TempDir, tempdir};

fn race() -> TempDir {
    let dir = tempdir().unwrap();
    let (rules, _) = TREATY.split_once("scenario").unwrap();
    let experiment = "reading A1 \"which?\" { one (default)  two }
define needed: int = 5 except 9 when A1 = two
experiment race {
  begin 1992-06-05
  State 20
  param wait: period = 4 years over 2 years .. 6 years step 2 years
  each State does deposit after exponential(wait)
  horizon 2 years
  measure start(in_force)
  measure probability(in_force by 1993-06-05)
  measure probability(count(deposit) >= needed)
}
";
    write(&dir, "race.rog", format!("{rules}{experiment}"));
    dir
}

fn simulate(dir: &TempDir, more: &[&str]) -> Ended {
    rogatio(
        dir,
        &[&["simulate", "race.rog", "--seed", "7"], more].concat(),
    )
}

fn json(ended: &Ended) -> serde_json::Value {
    serde_json::from_str(&ended.stdout).unwrap_or_else(|e| panic!("{e}: {}", ended.stderr))
}

#[test]
fn the_values_of_the_line_itself() {
    let dir = race();
    let more = ["--vary", "wait", "--runs", "3000"];
    let swept = simulate(&dir, &[&more[..], &["--format", "json"]].concat());
    assert_eq!(swept.exit, 0, "{}", swept.stderr);
    let object = json(&swept);
    let points = object["points"].as_array().unwrap();
    let reached: Vec<u64> = points
        .iter()
        .map(|p| p["measures"][0]["classes"]["reached"].as_u64().unwrap())
        .collect();
    assert_eq!(points.len(), 3);
    assert!(
        reached[0] > reached[1] && reached[1] > reached[2],
        "{reached:?}"
    );
    // A point is what one gets without a sweep: the draws are the same.
    let alone = json(&simulate(&dir, &["--runs", "3000", "--format", "json"]));
    assert_eq!(points[1]["measures"], alone["measures"]);
    assert_eq!(points[1]["at"][0]["value"], "4 years");

    let told = simulate(&dir, &more).stdout;
    for part in [
        "points      3",
        "2 years",
        "6 years",
        "same draws",
        "median",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn readings_and_grids() {
    let dir = race();
    for reading in ["A1", "A1=*", "reading A1", "A1=one,two"] {
        let more = ["--vary", "wait=2 years,4 years", "--vary", reading];
        let more = [&more[..], &["--runs", "2000", "--format", "json"]].concat();
        let ended = simulate(&dir, &more);
        assert_eq!(ended.exit, 0, "{}", ended.stderr);
        let object = json(&ended);
        assert_eq!(object["axes"][1], "A1");
        let points = object["points"].as_array().unwrap();
        let share = |i: usize| {
            points[i]["measures"][2]["share"]["estimate"]
                .as_f64()
                .unwrap()
        };
        assert_eq!(points.len(), 4);
        assert!(share(0) > share(1), "nine are harder to come by than five");
        assert_eq!(
            points[0]["measures"][0], points[1]["measures"][0],
            "and nothing else"
        );
    }
}

#[test]
fn sweeps_that_are_none() {
    let dir = race();
    for (vary, exit, said) in [
        ("wait=1 day..3000 years/1 day", 3, "E0985"),
        ("wait=1 day..1000000 days/1 day", 3, "1000000 points"),
        ("wait=1 day..1000000 days/1 day", 3, "E0984"),
        ("wait=1 year..5 years", 3, "say in which steps"),
        ("wait=5 years..1 year/1 year", 3, "lies before the first"),
        ("wait=3", 2, "is no value"),
        ("wiat", 2, "did you mean `wait`"),
        ("A1=three", 2, "no choice `three`"),
    ] {
        let ended = simulate(&dir, &["--vary", vary]);
        assert_eq!(ended.exit, exit, "{vary}: {}", ended.stderr);
        assert!(ended.stderr.contains(said), "{vary}: {}", ended.stderr);
    }
    let ended = simulate(&dir, &["--vary", "A1", "--vary", "A1"]);
    assert!(ended.exit == 2 && ended.stderr.contains("varied twice"));
}

/// The experiment's own reading stands over that of the command line, as in a scenario.
#[test]
fn a_reading_of_the_experiment_itself() {
    let dir = race();
    let text = fs::read_to_string(dir.path().join("race.rog")).unwrap();
    let own = text.replace("  State 20\n", "  State 20\n  reading A1 = two\n");
    write(&dir, "own.rog", own);
    let measures = |file: &str, more: &[&str]| {
        let args = [
            "simulate", file, "--seed", "7", "--runs", "1000", "--format", "json",
        ];
        json(&rogatio(&dir, &[&args[..], more].concat()))["measures"].clone()
    };
    let two = measures("race.rog", &["--reading", "A1=two"]);
    assert_eq!(measures("own.rog", &[]), two);
    assert_eq!(measures("own.rog", &["--reading", "A1=one"]), two);
    assert_ne!(measures("race.rog", &[]), two);
}

#[test]
fn what_was_interrupted_is_continued_to_the_same_bytes() {
    let dir = race();
    let whole = |file: &str, runs: &str, more: &[&str]| {
        let ended = simulate(&dir, &[&["--runs", runs, "-o", file], more].concat());
        assert_eq!(ended.exit, 0, "{}", ended.stderr);
        fs::read_to_string(dir.path().join(file)).unwrap()
    };
    for more in [&[][..], &["--vary", "wait"]] {
        let all = whole("all.json", "20000", more);
        let begun = whole("part.json", "5000", more);
        assert_ne!(all, begun);
        let on = [more, &["--resume", "--threads", "2"]].concat();
        assert_eq!(whole("part.json", "20000", &on), all, "{more:?}");
        // Once more changes nothing.
        assert_eq!(whole("part.json", "20000", &on), all);
        fs::remove_file(dir.path().join("part.json")).unwrap();
        assert_eq!(whole("part.json", "20000", &on), all, "from nothing");
    }
}

#[test]
fn a_result_of_something_else_is_not_continued() {
    let dir = race();
    let first = simulate(&dir, &["--runs", "1000", "-o", "a.json"]);
    assert_eq!(first.exit, 0, "{}", first.stderr);
    let good = fs::read_to_string(dir.path().join("a.json")).unwrap();
    let again = |more: &[&str]| {
        rogatio(
            &dir,
            &[&["simulate", "race.rog", "--resume", "-o", "a.json"], more].concat(),
        )
    };
    for (more, said) in [
        (&["--seed", "8"][..], "another seed"),
        (&["--seed", "7", "--reading", "A1=two"], "another readings"),
        (&["--seed", "7", "--vary", "wait"], "another sweep over"),
        (&["--seed", "7", "--engine", "interpret"], "another engine"),
        (&["--seed", "7", "--runs", "10"], "another number of runs"),
    ] {
        let ended = again(more);
        assert_eq!(ended.exit, 3, "{more:?}: {}", ended.stderr);
        assert!(
            ended.stderr.contains("E0982") && ended.stderr.contains(said),
            "{}",
            ended.stderr
        );
    }
    let changed = fs::read_to_string(dir.path().join("race.rog")).unwrap() + "\n// changed\n";
    write(&dir, "race.rog", changed);
    let ended = again(&["--seed", "7"]);
    assert!(
        ended.stderr.contains("another hash of the texts"),
        "{}",
        ended.stderr
    );
    for bad in [
        good[..good.len() / 2].to_owned(),
        good.replacen("\"reached\": ", "\"reached\": 1", 1),
        good.replacen("\"sum\": \"", "\"sum\": \"1", 1),
        "{}".to_owned(),
        String::new(),
    ] {
        write(&dir, "a.json", &bad);
        let ended = again(&["--seed", "7"]);
        let said = ["E0982", "E0983"].iter().any(|c| ended.stderr.contains(c));
        assert!(ended.exit == 3 && said, "{}", ended.stderr);
        assert_eq!(
            fs::read_to_string(dir.path().join("a.json")).unwrap(),
            bad,
            "left as it is"
        );
    }
}

/// A kill leaves what stood in the file before, and beside it a whole part that is continued.
#[cfg(unix)]
#[test]
fn a_kill_leaves_a_whole_part() {
    use std::process::{Command, Stdio};
    use std::{thread, time::Duration};
    let dir = race();
    write(&dir, "out.json", "precious\n");
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("rogatio"))
        .current_dir(dir.path())
        .args([
            "simulate",
            "race.rog",
            "--seed",
            "7",
            "--runs",
            "1e12",
            "--checkpoint",
            "1",
        ])
        .args(["-o", "out.json"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let part = dir.path().join("out.json.part");
    for _ in 0..200 {
        thread::sleep(Duration::from_millis(50));
        if part.exists() {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(
        fs::read_to_string(dir.path().join("out.json")).unwrap(),
        "precious\n"
    );
    let kept: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&part).unwrap()).unwrap();
    let runs = kept["runs"].as_u64().unwrap();
    assert!(runs > 0 && kept["complete"] == false);
    let more = (runs + 5000).to_string();
    let on = simulate(&dir, &["--runs", &more, "-o", "out.json", "--resume"]);
    assert_eq!(on.exit, 0, "{}", on.stderr);
    assert!(!part.exists());
    let all = simulate(&dir, &["--runs", &more, "-o", "all.json"]);
    assert_eq!(all.exit, 0, "{}", all.stderr);
    let read = |file: &str| fs::read(dir.path().join(file)).unwrap();
    assert!(read("out.json") == read("all.json"));
}

#[test]
fn a_width_is_enough() {
    let dir = race();
    let run = |threads: &str| {
        let more = [
            "--until-width",
            "0.02",
            "--threads",
            threads,
            "--format",
            "json",
        ];
        let ended = simulate(&dir, &more);
        assert_eq!(ended.exit, 0, "{}", ended.stderr);
        json(&ended)
    };
    let (one, two) = (run("1"), run("2"));
    assert_eq!(one, two);
    for m in one["measures"].as_array().unwrap() {
        let end = |e: &str| m["share"][e].as_f64().unwrap();
        assert!(end("high") - end("low") <= 0.02, "{m}");
    }
    let ended = simulate(&dir, &["--until-width", "0.001", "--runs", "3000"]);
    assert_eq!(ended.exit, 1);
    assert!(
        ended.stderr.contains("width was not reached"),
        "{}",
        ended.stderr
    );
    let ended = simulate(&dir, &["--until-width", "0"]);
    assert_eq!(ended.exit, 2, "{}", ended.stderr);
}

#[test]
fn a_sweep_as_csv() {
    let dir = race();
    let ended = simulate(&dir, &["--runs", "500", "--vary", "wait", "-o", "s.csv"]);
    assert_eq!(ended.exit, 0, "{}", ended.stderr);
    let csv = fs::read_to_string(dir.path().join("s.csv")).unwrap();
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("wait,measure,statistic,at,value"));
    assert!(
        csv.contains("\n6 years,,seed,,7\n") && csv.contains("\n2 years,start(in_force),share,,")
    );
    assert!(lines.all(|l| l.split(',').count() >= 5));
    let ended = simulate(&dir, &["-o", "s.arrow"]);
    assert!(
        ended.exit == 2 && ended.stderr.contains(".parquet"),
        "{}",
        ended.stderr
    );
    let ended = simulate(&dir, &["-o", "s.csv", "--resume"]);
    assert!(
        ended.exit == 2 && ended.stderr.contains(".json"),
        "{}",
        ended.stderr
    );
}

/// The rows of a Parquet file as the lines of the CSV file, and its metadata.
fn read_parquet(path: &std::path::Path) -> (Vec<String>, Vec<(String, String)>) {
    use parquet::data_type::{ByteArray, ByteArrayType};
    use parquet::file::reader::{FileReader, SerializedFileReader};
    let file = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
    let about = file.metadata().file_metadata().key_value_metadata();
    let about = about.into_iter().flatten();
    let about = about.map(|k| (k.key.clone(), k.value.clone().unwrap_or_default()));
    let schema = file.metadata().file_metadata().schema_descr();
    let names: Vec<String> = schema
        .columns()
        .iter()
        .map(|c| c.name().to_owned())
        .collect();
    assert_eq!(names.last().map(String::as_str), Some("number"));
    let texts = names.len() - 1;
    let mut lines = vec![names[..texts].join(",")];
    for i in 0..file.num_row_groups() {
        let group = file.get_row_group(i).unwrap();
        let rows = usize::try_from(group.metadata().num_rows()).unwrap();
        let column = |c: usize| -> Vec<ByteArray> {
            let mut reader = group.get_column_reader(c).unwrap();
            let parquet::column::reader::ColumnReader::ByteArrayColumnReader(ref mut own) = reader
            else {
                panic!("column {c} has no texts");
            };
            let own: &mut parquet::column::reader::ColumnReaderImpl<ByteArrayType> = own;
            let mut cells = Vec::new();
            while cells.len() < rows {
                own.read_records(rows, None, None, &mut cells).unwrap();
            }
            cells
        };
        let columns: Vec<Vec<ByteArray>> = (0..texts).map(column).collect();
        lines.extend((0..rows).map(|r| {
            let cells = columns.iter().map(|c| match c[r].as_utf8().unwrap() {
                text if text.contains(',') => format!("\"{text}\""),
                text => text.to_owned(),
            });
            cells.collect::<Vec<String>>().join(",")
        }));
    }
    (lines, about.collect())
}

#[test]
fn parquet_has_the_rows_of_the_csv_file() {
    let dir = race();
    for (more, readings) in [
        (&[][..], 1),
        (&["--vary", "wait"], 1),
        (&["--vary", "A1"], 0),
    ] {
        for out in ["s.csv", "s.parquet"] {
            let args = [&["--runs", "500", "-o", out], more].concat();
            let ended = simulate(&dir, &args);
            assert_eq!(ended.exit, 0, "{}", ended.stderr);
        }
        let csv = fs::read_to_string(dir.path().join("s.csv")).unwrap();
        let csv: Vec<&str> = csv.lines().collect();
        let (lines, about) = read_parquet(&dir.path().join("s.parquet"));
        assert_eq!(csv, lines, "{more:?}");
        let of = |key: &str| {
            about
                .iter()
                .find(|(k, _)| k == key)
                .map(|(_, v)| v.as_str())
        };
        assert_eq!(of("rogatio.seed"), Some("7"));
        assert_eq!(of("rogatio.version"), Some(env!("CARGO_PKG_VERSION")));
        assert_eq!(of("rogatio.hash").map(str::len), Some(64));
        assert_eq!(of("rogatio.experiment"), Some("race"), "{about:?}");
        let said = about
            .iter()
            .filter(|(k, _)| k.starts_with("rogatio.reading."));
        assert_eq!(said.count(), readings, "{more:?} {about:?}");
    }
}

/// What cannot be written is told, and leaves nothing behind: a device, a full disk, a folder that may not be written.
#[cfg(unix)]
#[test]
fn a_result_that_cannot_be_written_is_told() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let dir = race();
    symlink("/dev/full", dir.path().join("full.json")).unwrap();
    write(&dir, "kept.json", "precious\n");
    let kept = dir.path().join("kept.json");
    fs::set_permissions(&kept, fs::Permissions::from_mode(0o444)).unwrap();
    for out in ["full.json", "kept.json", "nowhere/out.parquet"] {
        let ended = simulate(&dir, &["--runs", "500", "-o", out]);
        assert_eq!(ended.exit, 3, "{out}: {}", ended.stderr);
        assert!(
            ended.stderr.contains("E0007") && ended.stderr.contains(out),
            "{}",
            ended.stderr
        );
    }
    assert_eq!(fs::read_to_string(&kept).unwrap(), "precious\n");
    let left = fs::read_dir(dir.path()).unwrap().count();
    assert_eq!(left, 3, "no temporary files");
}

/// Each point of an exact sweep is what the experiment answers exactly with that value, in every form of output.
#[test]
fn exact_answers_at_several_points() {
    let dir = race();
    let file = dir.path().join("race.rog");
    let text = fs::read_to_string(&file).unwrap();
    let once = "any s: State cannot deposit when deposit by s\nreading A1";
    let text = text.replacen("reading A1", once, 1);
    fs::write(&file, &text).unwrap();
    let swept = simulate(
        &dir,
        &[
            "--exact",
            "--vary",
            "wait=2 years,6 years",
            "--format",
            "json",
        ],
    );
    assert_eq!(swept.exit, 0, "{}", swept.stderr);
    let swept = json(&swept);
    assert_eq!(swept["engine"], "exact");
    assert_eq!(swept["axes"], serde_json::json!(["wait"]));
    let points = swept["points"].as_array().unwrap();
    assert_eq!(points.len(), 2);
    for (point, wait) in points.iter().zip(["2 years", "6 years"]) {
        assert_eq!(point["at"][0]["value"], wait);
        let own = text.replace("period = 4 years", &format!("period = {wait}"));
        write(&dir, "one.rog", own);
        let one = rogatio(
            &dir,
            &["simulate", "one.rog", "--exact", "--format", "json"],
        );
        assert_eq!(json(&one)["measures"], point["measures"]);
        assert_eq!(point["unanswered"], serde_json::json!([]));
    }
    let grid = simulate(
        &dir,
        &["--exact", "--vary", "wait", "--vary", "A1", "-o", "out.csv"],
    );
    assert_eq!(grid.exit, 0, "{}", grid.stderr);
    assert!(grid.stdout.contains("a fraction of"), "{}", grid.stdout);
    let csv = fs::read_to_string(dir.path().join("out.csv")).unwrap();
    assert!(
        csv.starts_with("wait,A1,measure,statistic,at,value\n"),
        "{csv}"
    );
    let exactly = csv.lines().filter(|l| l.contains(",share exactly,"));
    assert_eq!(exactly.count(), 12, "{csv}");
    let parquet = simulate(&dir, &["--exact", "--vary", "A1", "-o", "out.parquet"]);
    assert_eq!(parquet.exit, 0, "{}", parquet.stderr);
    assert!(
        fs::read(dir.path().join("out.parquet"))
            .unwrap()
            .starts_with(b"PAR1")
    );
}
