//! The documents in, the generated modules out. All problems are reported, each on a line.

use std::path::PathBuf;
use std::{env, fs};

use openapi_codegen::{Source, generate};

const ALL: &[&str] = &["types.rs", "client.rs", "server.rs", "openapi.json"];

fn main() {
    let documents = [
        build("openapi.yaml", &["overlays/operator.yaml"], "", ALL),
        build("run-completion.yaml", &[], "events", &["types.rs"]),
    ];
    let problems = documents.into_iter().filter_map(Result::err).flatten();
    problems.for_each(|problem| println!("cargo::error={problem}"));
}

/// One document and its overlays become the wanted modules of a folder.
fn build(
    document: &str,
    overlays: &[&str],
    folder: &str,
    wanted: &[&str],
) -> Result<(), Vec<String>> {
    let overlays: Vec<_> = overlays
        .iter()
        .map(|name| read(name))
        .collect::<Result<_, _>>()?;
    let generated = generate(&read(document)?, &overlays)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let accept = "// To accept a change: EXPECTORATE=overwrite cargo test --test golden\n";
    let files = [
        ("types.rs", format!("{accept}{}", generated.types)),
        ("client.rs", format!("{accept}{}", generated.client)),
        ("server.rs", format!("{accept}{}", generated.server)),
        ("openapi.json", generated.effective),
    ];
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join(folder);
    fs::create_dir_all(&out).map_err(|error| vec![format!("{folder}: {error}")])?;
    for (name, text) in files.iter().filter(|(name, _)| wanted.contains(name)) {
        fs::write(out.join(name), text).map_err(|error| vec![format!("{name}: {error}")])?;
    }
    Ok(())
}

fn read(name: &str) -> Result<Source, Vec<String>> {
    println!("cargo::rerun-if-changed={name}");
    let text = fs::read_to_string(name).map_err(|error| vec![format!("{name}: {error}")])?;
    Ok(Source {
        name: name.to_owned(),
        text,
    })
}
