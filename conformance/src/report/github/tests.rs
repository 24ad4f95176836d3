use super::*;
use crate::catalogue::ids;
use crate::journal::record::Record;

const HOSTILE: &str = "100% ::error::x, | </code><b>\r\n::set-output name=a::b `c` [d](e)";

fn records() -> Vec<Record> {
    let start = include_str!("../../journal/reader/start.json");
    let observation = |requirement: &str, outcome: &str| {
        serde_json::from_value(serde_json::json!({
            "record": "observation", "case": "c", "resource": "run", "outcome": outcome,
            "requirement": requirement, "expected": "", "actual": HOSTILE,
            "lens": {"spec": "fail", "operator": "fail"}, "evidence": [],
        }))
        .expect("an observation")
    };
    vec![
        Record::Start(serde_json::from_str(start).expect("a start")),
        observation(ids::DELETE_200_STATUS, "fail"),
        observation(ids::CREATE_ID_DISTINCT, "warn"),
    ]
}

#[test]
fn annotations_are_one_line_each_whatever_was_answered() {
    let records = records();
    let judgement = crate::judge::judge(&records).expect("a start");
    let mut out = Vec::new();
    Github::annotate(&judgement, &mut out).expect("memory takes it");
    let text = String::from_utf8(out).expect("text");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(
        lines[0].starts_with("::error title=delete.200.status [run]::"),
        "{text}"
    );
    assert!(
        lines[1].starts_with("::warning title=create.id.distinct"),
        "{text}"
    );
    assert!(
        lines[0].contains("100%25 ::error::x, | </code><b>%0D%0A"),
        "{text}"
    );
    assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
}

#[test]
fn the_summary_has_no_markup_of_a_provider() {
    let records = records();
    let judgement = crate::judge::judge(&records).expect("a start");
    let text = summary(&judgement);
    let rows: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("| <code>"))
        .collect();
    assert_eq!(rows.len(), 2, "{text}");
    for row in rows {
        assert_eq!(row.matches('|').count(), 6, "{row}");
        assert!(!row.contains("<b>") && !row.contains('`'), "{row}");
    }
}

#[test]
fn nothing_printed_gives_commands() {
    let mut out = Vec::new();
    Github::fenced(&mut out, |out| writeln!(out, "::error::x")).expect("memory takes it");
    let text = String::from_utf8(out).expect("text");
    let lines: Vec<&str> = text.lines().collect();
    let token = lines[0].strip_prefix("::stop-commands::").expect("a token");
    assert_eq!(token.len(), 32);
    assert_eq!(lines[1..], ["::error::x", &format!("::{token}::")]);
}

#[test]
fn only_a_job_is_a_job() {
    let with = |pairs: &'static [(&str, &str)]| {
        Github::detect(|name| {
            let found = pairs.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    };
    assert!(with(&[]).is_none());
    assert!(with(&[("GITHUB_ACTIONS", "false")]).is_none());
    let job = with(&[("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", "/x")]);
    assert_eq!(job.expect("a job").summary, Some(PathBuf::from("/x")));
}

#[test]
fn summaries_are_added() {
    let records = records();
    let judgement = crate::judge::judge(&records).expect("a start");
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("summary.md");
    std::fs::write(&path, "before\n").expect("writes");
    let job = Github {
        summary: Some(path.clone()),
    };
    job.summarise(&judgement).expect("writes");
    let text = std::fs::read_to_string(&path).expect("reads");
    assert!(text.starts_with("before\n## NOT CONFORMANT"), "{text}");
}
