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
    for text in ["(", "not ", "(not "] {
        let deep = format!("{}a == 1", text.repeat(100_000));
        assert!(deep.parse::<Filter>().is_err());
    }
}
