use super::*;

/// What go-bexpr 0.1.17 says of each filter: `None` where the text is no filter, `Err` where it has no answer.
const TABLE: &[(&str, Option<Result<bool, ()>>)] = &[
    (r#"text == "one""#, Some(Ok(true))),
    ("text == one", Some(Ok(true))),
    ("text==one", Some(Ok(true))),
    ("text != one", Some(Ok(false))),
    ("pushed == 1", Some(Ok(true))),
    ("pushed == 1.0", Some(Ok(true))),
    (r#"pushed == "1""#, Some(Ok(true))),
    ("pushed == 2", Some(Ok(false))),
    ("pushed == word", Some(Err(()))),
    ("flag == true", Some(Ok(true))),
    ("flag == T", Some(Ok(true))),
    ("flag != 0", Some(Ok(true))),
    ("flag == yes", Some(Err(()))),
    (r#"level.two == "x""#, Some(Ok(true))),
    (r#""/level/two" == "x""#, Some(Ok(true))),
    ("level.three == x", Some(Ok(false))),
    ("level.three != x", Some(Ok(true))),
    ("level.three is empty", Some(Ok(true))),
    ("level.three.four == x", Some(Err(()))),
    ("missing == 1", Some(Err(()))),
    ("missing != 1", Some(Err(()))),
    ("level == 1", Some(Err(()))),
    ("nothing == 1", Some(Err(()))),
    ("nothing is nil", Some(Ok(true))),
    ("level is nil", Some(Ok(false))),
    ("text is nil", Some(Err(()))),
    ("list is empty", Some(Ok(false))),
    ("none is empty", Some(Ok(true))),
    ("none is not empty", Some(Ok(false))),
    ("pushed is empty", Some(Err(()))),
    ("a in list", Some(Ok(true))),
    ("c in list", Some(Ok(false))),
    ("c not in list", Some(Ok(true))),
    ("3 in list", Some(Ok(true))),
    ("list contains a", Some(Ok(true))),
    ("list not contains a", Some(Ok(false))),
    ("list.0 == a", Some(Ok(true))),
    ("list.9 == a", Some(Err(()))),
    ("two in level", Some(Ok(true))),
    ("text contains ne", Some(Ok(true))),
    (r#"text matches "^o.e$""#, Some(Ok(true))),
    (r#"text not matches "^o.e$""#, Some(Ok(false))),
    (r#"text matches "(""#, Some(Err(()))),
    ("pushed matches 1", Some(Err(()))),
    ("not text == one", Some(Ok(false))),
    ("not not text == one", Some(Ok(true))),
    ("not == 1", Some(Err(()))),
    ("text == one and pushed == 1", Some(Ok(true))),
    ("text == two or pushed == 1", Some(Ok(true))),
    ("text == one or missing == 1", Some(Ok(true))),
    ("missing == 1 or text == one", Some(Err(()))),
    ("( text == one )", Some(Ok(true))),
    (
        "(text == two or pushed == 1) and (flag == true)",
        Some(Ok(true)),
    ),
    (r#"path == "/a/b""#, Some(Ok(false))),
    ("path == `/a/b`", Some(Ok(true))),
    (r#"text == "\x6fn\u0065""#, Some(Ok(true))),
    (r#"text == "\157ne""#, Some(Ok(true))),
    (r#"text == """#, Some(Ok(false))),
    ("", None),
    ("text", None),
    ("text =", None),
    ("text ==", None),
    ("text == 01", None),
    ("text == 1x", None),
    ("1 == text", None),
    ("(text == one", None),
    ("text == one)", None),
    ("text == one and", None),
    ("not(text == one)", None),
    (r#"text == "\q""#, None),
    (r#"text == "open"#, None),
    ("text is", None),
    ("-1 in list", Some(Ok(false))),
    ("text == -1", Some(Ok(false))),
    ("any list as x { x == a }", Some(Ok(true))),
    ("any list as x { x == 3 }", Some(Ok(true))),
    ("any list as x { x == c }", Some(Err(()))),
    ("all list as x { x != c }", Some(Err(()))),
    ("any list as i, x { x == b }", Some(Err(()))),
    ("any list as i, x { i == 2 }", Some(Ok(true))),
    ("any list as i, _ { i == 0 }", Some(Ok(true))),
    ("any list as _, x { x == b }", Some(Err(()))),
    ("any list as i,x { i == 3 }", Some(Ok(false))),
    ("any list as i , x { i == 1.0 }", Some(Err(()))),
    ("any list as i, x { i == a }", Some(Err(()))),
    ("any list as i, x { i is empty }", Some(Err(()))),
    ("any list as x, x { x == a }", Some(Err(()))),
    ("any none as x, x { x == a }", Some(Ok(false))),
    ("any none as x { x == a }", Some(Ok(false))),
    ("all none as x { x == a }", Some(Ok(true))),
    ("any level as k { k == two }", Some(Ok(true))),
    ("all level as k { k == two }", Some(Ok(true))),
    ("any level as k, v { v == x }", Some(Ok(true))),
    ("any level as k, _ { k matches \"^t\" }", Some(Ok(true))),
    ("any level as _, v { v == x }", Some(Ok(true))),
    ("any level as k { k.x == y }", Some(Err(()))),
    ("any level as k { k contains tw }", Some(Ok(true))),
    ("any nothing as x { x == a }", Some(Err(()))),
    ("any text as x { x == a }", Some(Err(()))),
    ("any missing as x { x == a }", Some(Err(()))),
    ("any level.three as x { x == a }", Some(Ok(false))),
    ("all level.three as x { x == a }", Some(Ok(true))),
    ("any \"/level\" as k { k == two }", Some(Ok(true))),
    ("text == one or any list as x { x == a }", Some(Ok(true))),
    ("any list as x { x == a } or text == one", None),
    ("text == one and any list as x { x == a }", None),
    ("not any list as x { x == a }", None),
    ("not (any list as x { x == c })", Some(Err(()))),
    ("(any list as x { x == a })", Some(Ok(true))),
    ("(any list as x { x == a }) and text == one", Some(Ok(true))),
    (
        "any list as x { any level as k { k == two and x == a } }",
        Some(Ok(true)),
    ),
    (
        "any level as k, v { any list as x { v == x } }",
        Some(Ok(true)),
    ),
    ("any list as x {x == a}", Some(Ok(true))),
    ("any list as x{ x == a }", Some(Ok(true))),
    ("any list as x { x == 3}", None),
    ("any list as x { x == 3 ", None),
    ("any list as x x == 3", None),
    ("any list x { x == 3 }", None),
    ("anylist as x { x == 3 }", None),
    ("any list as 1 { x == 3 }", None),
    ("any list as _ { text == one }", None),
    ("any list as x { text == one }", Some(Ok(true))),
    ("all list as x { x == a or x == b }", Some(Err(()))),
    ("all list as x { missing == 1 }", Some(Err(()))),
    ("any list as x { x is nil }", Some(Err(()))),
    ("any list as text { text == a }", Some(Ok(true))),
    ("a in list or all list as x { x == q }", Some(Ok(true))),
    ("any list as x { x in list }", Some(Ok(false))),
    ("any list as i, x { i in list }", Some(Ok(false))),
    ("any == 1", Some(Err(()))),
    ("all == 1", Some(Err(()))),
    ("any list as x, { x == a }", None),
    ("any list as ,x { x == a }", None),
];

const METADATA: &str = r#"{"text":"one","pushed":1,"flag":true,"nothing":null,"path":"/a/b",
    "level":{"two":"x"},"list":["a",3,"b"],"none":[]}"#;

#[test]
fn filters_mean_what_go_bexpr_makes_of_them() {
    let metadata = Json::parse(METADATA.as_bytes()).expect("valid");
    for (text, expected) in TABLE {
        let found = text
            .parse::<Filter>()
            .ok()
            .map(|filter| filter.matches(&metadata).map_err(|_| ()));
        assert_eq!(found, *expected, "{text}");
    }
}

#[test]
fn deep_nesting_is_refused_in_time() {
    for text in ["(", "not ", "(not ", "any a as b { "] {
        let deep = format!("{}a == 1", text.repeat(100_000));
        assert!(deep.parse::<Filter>().is_err());
    }
}

#[test]
fn a_filter_does_not_compare_for_ever() {
    let list = vec!["1"; 1_000].join(",");
    let metadata = Json::parse(format!(r#"{{"a":[{list}]}}"#).as_bytes()).expect("valid");
    let nested = format!("{}x == 2{}", "any a as x { ".repeat(9), " }".repeat(9));
    let filter: Filter = nested.parse().expect("a filter");
    assert_eq!(filter.matches(&metadata), Err(Unanswerable::TooLong));
}
