//! The names by which faults and variants are switched on.

use std::collections::HashSet;

use super::*;

#[test]
fn names_are_unique_and_lead_back() {
    let mut seen = HashSet::new();
    for spec in FAULTS {
        assert!(seen.insert(spec.name), "{} twice", spec.name);
        assert_eq!(spec.name.parse::<Fault>().unwrap().as_str(), spec.name);
        assert!(!spec.red.is_empty(), "{} has to be noticed", spec.name);
        let unique: HashSet<_> = spec.red.iter().collect();
        assert_eq!(
            unique.len(),
            spec.red.len(),
            "{} lists a requirement twice",
            spec.name
        );
    }
    for spec in VARIANTS {
        assert!(seen.insert(spec.name), "{} twice", spec.name);
        assert_eq!(spec.name.parse::<Variant>().unwrap().as_str(), spec.name);
    }
}

#[test]
fn unknown_names_are_told() {
    let error = "missing-di".parse::<Fault>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "missing-di: no fault has this name (hint: `kfp-conformance mock --list` prints them)"
    );
}
