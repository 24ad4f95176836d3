use super::*;

#[test]
fn dependants_are_deleted_first() {
    let ledger = Ledger::default();
    ledger.created(ResourceKind::Pipeline, "p");
    ledger.created(ResourceKind::Run, "r1");
    ledger.created(ResourceKind::Run, "r2");
    ledger.created(ResourceKind::Run, "r2");
    ledger.created(ResourceKind::RunSchedule, "s");
    ledger.created(ResourceKind::Experiment, "gone");
    ledger.deleted(ResourceKind::Experiment, "gone");
    let ids: Vec<String> = ledger.remaining().into_iter().map(|(_, id)| id).collect();
    assert_eq!(ids, ["s", "r2", "r1", "p"]);
}

#[test]
fn a_ledger_survives_in_its_file_and_a_cut_last_line_does_no_harm() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join(LEDGER_FILE);
    let ledger = Ledger::create(Some(&path), "abc", "http://h:1").expect("creates");
    ledger.asked(1, ResourceKind::Run, Some("n/a".to_owned()));
    ledger.created(ResourceKind::Run, "r'1");
    ledger.answered(1);
    ledger.asked(2, ResourceKind::Pipeline, None);
    drop(ledger);
    let whole = fs::read(&path).expect("reads");
    // Cut anywhere: never an error, and never more than was there.
    for length in 0..=whole.len() {
        fs::write(&path, &whole[..length]).expect("writes");
        let again = Ledger::open(&path).unwrap_or_else(|e| panic!("{length}: {e}"));
        assert!(again.remaining().len() <= 1, "{length}");
        again.deleted(ResourceKind::Run, "r'1");
        drop(again);
        let again = Ledger::open(&path).unwrap_or_else(|e| panic!("{length}: {e}"));
        assert!(again.remaining().is_empty(), "{length}");
    }
    fs::write(&path, &whole).expect("writes");
    let again = Ledger::open(&path).expect("opens");
    assert_eq!(again.url().as_deref(), Some("http://h:1"));
    assert_eq!(again.remaining(), [(ResourceKind::Run, "r'1".to_owned())]);
    let doubt = Doubt {
        kind: ResourceKind::Pipeline,
        name: None,
    };
    assert_eq!(again.doubts(), [doubt]);
    let aside = set_aside(dir.path())
        .expect("moves")
        .expect("it had something");
    assert!(aside.is_file() && !path.exists());
}

#[test]
fn what_is_no_ledger_is_refused_with_its_line() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("x");
    fs::write(&path, "{\"entry\":\"answered\",\"seq\":1}\nhello\n").expect("writes");
    let error = Ledger::open(&path).expect_err("refused").to_string();
    assert!(error.contains("line 2"), "{error}");
}
