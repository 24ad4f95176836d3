//! Files of other formats, as other programs left them.

use std::fs;

use super::super::file::open;
use super::*;

/// A folder, and the path of a file in it.
fn place() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.redb");
    (folder, path)
}

/// What a database looks like on disk while a process has it open, and after a kill of that process.
fn killed(database: Database, path: &Path) {
    let bytes = fs::read(path).expect("the file");
    drop(database);
    fs::write(path, bytes).expect("the file");
}

fn with_format(path: &Path, format: u64) -> Database {
    let database = builder().create(path).expect("a database");
    let write = database.begin_write().expect("a transaction");
    let inserted = write
        .open_table(META)
        .expect("a table")
        .insert(FORMAT_KEY, format)
        .map(drop);
    inserted.expect("an insert");
    write.commit().expect("a commit");
    database
}

#[test]
fn what_is_not_for_this_program_is_left_alone() {
    let newer = format!(
        "format {}, but this program reads only up to {FORMAT}",
        FORMAT + 1
    );
    let foreign = "not a store of this provider";
    type Make = fn(&Path);
    let table: [(&str, Make, &str); 8] = [
        ("newer", |path| drop(with_format(path, FORMAT + 1)), &newer),
        (
            "newer, killed",
            |path| killed(with_format(path, FORMAT + 1), path),
            &newer,
        ),
        (
            "much newer",
            |path| drop(with_format(path, u64::MAX)),
            "format 18446744073709551615",
        ),
        ("format 0", |path| drop(with_format(path, 0)), foreign),
        (
            "another database",
            |path| drop(builder().create(path).expect("database")),
            foreign,
        ),
        (
            "another database, killed",
            |path| killed(builder().create(path).expect("database"), path),
            foreign,
        ),
        (
            "text",
            |path| {
                fs::write(path, "something else, and long enough to be looked at").expect("file")
            },
            foreign,
        ),
        ("short", |path| fs::write(path, "x").expect("file"), foreign),
    ];
    for (name, make, expected) in table {
        let (_folder, path) = place();
        make(&path);
        let before = fs::read(&path).expect("the file");
        let error = open(&path).err().map(|error| error.to_string());
        let error = error.unwrap_or_default();
        assert!(error.contains(expected), "{name}: {error}");
        assert!(
            fs::read(&path).expect("the file") == before,
            "{name} was changed"
        );
    }
}

/// A store as the first format had it: these texts and tables are what that program wrote.
fn first_format(path: &Path) -> Database {
    type Texts = TableDefinition<'static, &'static str, &'static [u8]>;
    let table = |name: &'static str| Texts::new(name);
    let pairs = TableDefinition::<(&str, &str), &str>::new("names");
    let versions = TableDefinition::<(&str, &str), &[u8]>::new("pipeline_versions");
    let due = TableDefinition::<(i64, &str, &str), ()>::new("due");
    let database = builder().create(path).expect("a database");
    let write = database.begin_write().expect("a transaction");
    let run = |name: &str, rest: &str| {
        format!(
            r#"{{"run":{{"name":"{name}","version":"abc123","pipeline":"a/p","pipeline_version":"","run_configuration":null,"experiment":null,"parameters":{{}},"artifacts":[],"trigger":{{"type":"","source":"","sourceNamespace":""}}}},"pipeline_version":"v1","created":"2027-05-07T04:00:00Z",{rest}}}"#
        )
    };
    let ended = |time: &str, state: &str| {
        format!(
            r#""state":"{state}","started":"2027-05-07T04:00:01Z","ended":"2027-05-07T{time}Z","due":null"#
        )
    };
    let records = [
        (
            "pipelines",
            "pipeline-1",
            "a/p",
            r#"{"name":"a/p","newest":"v1"}"#.to_owned(),
        ),
        (
            "experiments",
            "experiment-1",
            "a/e",
            r#"{"name":"a/e","version":"1","description":""}"#.to_owned(),
        ),
        (
            "runs",
            "run-late",
            "a/late",
            run("a/late", &ended("04:00:07.250", "failed")),
        ),
        (
            "runs",
            "run-early",
            "a/early",
            run("a/early", &ended("04:00:06", "succeeded")),
        ),
        (
            "runs",
            "run-open",
            "a/open",
            run(
                "a/open",
                r#""state":"pending","started":null,"ended":null,"due":1809662401000"#,
            ),
        ),
    ];
    {
        let mut names = write.open_table(pairs).expect("names");
        for (kind, id, name, record) in &records {
            let mut records = write.open_table(table(kind)).expect("records");
            records.insert(*id, record.as_bytes()).expect("a record");
            names
                .insert((kind.trim_end_matches('s'), *name), *id)
                .expect("a name");
        }
        write.open_table(table("run_schedules")).expect("records");
        let compiled: &[u8] = br#"{"image":"i","env":[],"framework":null,"framework_parameters":{},"compiled":{"a":1}}"#;
        write
            .open_table(versions)
            .expect("versions")
            .insert(("pipeline-1", "v1"), compiled)
            .expect("a version");
        write
            .open_table(due)
            .expect("due")
            .insert((1_809_662_401_000, "run", "run-open"), ())
            .expect("a time");
        let mut meta = write.open_table(META).expect("meta");
        meta.insert(FORMAT_KEY, 1).expect("a format");
    }
    write.commit().expect("a commit");
    database
}

#[test]
fn an_older_file_is_brought_to_this_format() {
    for kill in [false, true] {
        let (_folder, path) = place();
        let old = first_format(&path);
        if kill {
            killed(old, &path);
        } else {
            drop(old);
        }
        let (database, found) = open(&path).expect("an older file");
        assert_eq!(found, 1, "killed: {kill}");
        let write = database.begin_write().expect("a transaction");
        let txn = kfp_run_completion::store::Txn::new(&write);
        let txn = Txn(&txn);
        assert_eq!(txn.finished().expect("a count"), 2);
        assert_eq!(
            txn.oldest_finished(5).expect("runs"),
            ["run-early", "run-late"],
            "by the time of their end"
        );
        write.abort().expect("no change");
        drop(database);
        let contents = crate::check(&path).expect("a sound store");
        assert_eq!(
            (
                contents.pipelines,
                contents.pipeline_versions,
                contents.runs,
                contents.finished_runs
            ),
            (1, 1, 3, 2)
        );
        assert_eq!(open(&path).expect("once").1, FORMAT);
    }
}

/// A store as the second format had it: the first, the order of finished runs, and no events.
#[test]
fn events_are_added_to_the_second_format() {
    let (_folder, path) = place();
    let database = first_format(&path);
    let write = database.begin_write().expect("a transaction");
    order_finished_runs(&write).expect("the order");
    let second = write
        .open_table(META)
        .expect("meta")
        .insert(FORMAT_KEY, 2)
        .map(drop);
    second.expect("a format");
    write.commit().expect("a commit");
    drop(database);
    assert_eq!(open(&path).expect("the second format").1, 2);
    let contents = crate::check(&path).expect("a sound store");
    assert_eq!((contents.runs, contents.finished_runs), (3, 2));
    assert_eq!((contents.events, contents.dead_letters), (0, 0));
}

/// A step that fails leaves the old format, not half of the new one.
#[test]
fn half_a_migration_is_none() {
    let (_folder, path) = place();
    let database = first_format(&path);
    let write = database.begin_write().expect("a transaction");
    write
        .open_table(Kind::Run.table())
        .expect("runs")
        .insert("run-zz", b"{".as_slice())
        .expect("a record");
    write.commit().expect("a commit");
    drop(database);
    let error = open(&path).err().map(|error| error.to_string());
    assert!(error.is_some_and(|error| error.contains("a record that cannot be read")));
    let database = builder().open(&path).expect("still a database");
    assert_eq!(read_format(&database).expect("a format"), Some(1));
    let read = database.begin_read().expect("a transaction");
    assert!(
        read.open_table(FINISHED).is_err(),
        "nothing of the new format is there"
    );
}
