use super::*;
use crate::catalogue::ids;
use crate::journal::record::Record;
use crate::report::Proofs;

fn page(hostile: &str) -> String {
    let start = include_str!("../../journal/reader/start.json");
    let mut start: serde_json::Value = serde_json::from_str(start).expect("JSON");
    start["target"]["name"] = hostile.into();
    let mut exchange: serde_json::Value =
        serde_json::from_str(include_str!("../../journal/reader/exchange.json")).expect("JSON");
    exchange["response"]["body"]["text"] = hostile.into();
    let observation = serde_json::json!({
        "record": "observation", "case": "c", "resource": "run", "outcome": "fail",
        "requirement": ids::DELETE_UNKNOWN_ID_OPERATOR_SAFE, "expected": "", "actual": hostile,
        "lens": {"spec": "pass", "operator": "fail"}, "evidence": [1],
    });
    let records = vec![
        Record::Start(serde_json::from_value(start).expect("a start")),
        serde_json::from_value(exchange).expect("an exchange"),
        serde_json::from_value(observation).expect("an observation"),
    ];
    let judgement = crate::judge::judge(&records).expect("a start");
    let dir = tempfile::tempdir().expect("a temporary folder");
    let to = Destination {
        folder: dir.path(),
        journal: dir.path(),
        proofs: Proofs::none(),
    };
    let reproducers = crate::report::repro::reproducers(&judgement, dir.path());
    render(
        &to,
        &judgement,
        &Report::of(&judgement, to.proofs),
        &reproducers,
    )
}

/// The data of a page.
fn data(page: &str) -> serde_json::Value {
    let (_, rest) = page
        .split_once("<script type=\"application/json\" id=\"data\">")
        .expect("data");
    let (data, _) = rest.split_once("</script>").expect("an end");
    serde_json::from_str(data).expect("JSON")
}

#[test]
fn nothing_leaves_the_data() {
    let plain = page("plain");
    for hostile in [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "]]>&lt;\u{2028}\u{2029}",
        "{{SCRIPT}}{{DATA}}",
        "\"><img src=x onerror=alert(1)>",
    ] {
        let page = page(hostile);
        let count = |text: &str| {
            (
                text.matches("<script").count(),
                text.matches("</script").count(),
            )
        };
        assert_eq!(count(&page), count(&plain), "{hostile}");
        assert!(!page.contains("<img"), "{hostile}");
        let results = data(&page)["results"].clone();
        let told = results.as_array().expect("a list").iter();
        let wrong: Vec<_> = told.filter(|result| result["outcome"] == "fail").collect();
        assert_eq!(wrong.len(), 1);
        assert_eq!(wrong[0]["actual"], hostile);
    }
}

#[test]
fn the_page_loads_nothing_and_runs_only_its_own_script() {
    let page = page("plain");
    assert!(page.contains("default-src 'none'"));
    for part in [
        "src=",
        "<link",
        "@import",
        "url(",
        "fetch(",
        "innerHTML",
        "eval(",
    ] {
        assert!(!page.contains(part), "{part}");
    }
}

#[test]
fn what_is_wrong_has_a_script_that_shows_it() {
    let results = data(&page("plain"))["results"].clone();
    for result in results.as_array().expect("a list") {
        let script = result["script"].as_str();
        let wrong = result["outcome"] == "fail";
        assert_eq!(script.is_some_and(|text| text.contains("curl")), wrong);
    }
}
