use super::*;
use crate::resource::FrameworkSpec;

fn pipeline(image: &str, parameters: &str) -> PipelineSpec {
    PipelineSpec {
        provider: "ns/p".parse().expect("a name"),
        image: image.to_owned(),
        env: Vec::new(),
        framework: FrameworkSpec {
            name: "f".to_owned(),
            parameters: serde_json::from_str(parameters).expect("an object"),
        },
    }
}

#[test]
fn only_the_value_of_a_number_counts() {
    let version = |parameters| pipeline("x", parameters).version().expect("in range");
    assert_eq!(
        version(r#"{"a":9007199254740993}"#),
        version(r#"{"a":9007199254740992}"#)
    );
    assert_eq!(
        version(r#"{"a":{"y":1,"x":2}}"#),
        version(r#"{"a":{"x":2.0,"y":1e0}}"#)
    );
    assert_ne!(version(r#"{"a":1}"#), version(r#"{"a":"1"}"#));
    assert_eq!(version("{}"), version("null"));
    let mut beyond = pipeline("x", "{}");
    beyond.framework.parameters = Some([("a".to_owned(), Json::Number("1e999".to_owned()))].into());
    assert_eq!(beyond.version(), Err(NumberOutOfRange("1e999".to_owned())));
}

#[test]
fn the_tag_comes_first() {
    let version = |image| pipeline(image, "{}").version().expect("in range");
    assert!(version("a:v1").starts_with("v1-"));
    assert!(version("a").starts_with("latest-"));
    assert_eq!(version("A").len(), 6);
    assert_eq!(version("").len(), 6);
}

#[test]
fn order_of_lists_does_not_count() {
    let spec = |text: &str| {
        serde_json::from_str::<RunSpec>(text)
            .expect("a spec")
            .spec_version()
    };
    let forward = r#"{"provider":"a/b","pipeline":"p","parameters":[
        {"name":"a","value":"1"},
        {"name":"a","valueFrom":{"runConfigurationRef":{"name":"n/r","outputArtifact":"o"}}},
        {"name":"a","valueFrom":{"runConfigurationRef":{"name":"n/r","outputArtifact":"o","optional":true}}}]}"#;
    let backward = r#"{"provider":"c/d","pipeline":"p","parameters":[
        {"name":"a","valueFrom":{"runConfigurationRef":{"name":"n/r","outputArtifact":"o","optional":true}}},
        {"name":"a","valueFrom":{"runConfigurationRef":{"name":"n/r","outputArtifact":"o"}}},
        {"name":"a","value":"1"}]}"#;
    assert_eq!(spec(forward), spec(backward));
    assert_ne!(spec(forward), spec(&forward.replace("n/r", "m/r")));
}
