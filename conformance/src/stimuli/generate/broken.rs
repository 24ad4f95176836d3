//! Bodies that are not JSON at all.

use fastrand::Rng;

/// A text that no JSON parser reads, made of one that is an object, and what was done to it.
pub(crate) fn broken(body: &[u8], rng: &mut Rng) -> (Vec<u8>, &'static str) {
    let whole = body.trim_ascii_end();
    // The outermost bracket is what comes last, so any shorter start lacks it.
    let cut = rng.usize(1..whole.len().max(2));
    let inside = &whole[1..];
    match rng.u8(..6) {
        0 => (
            whole[..whole.len() - 1].to_vec(),
            "the last bracket is missing",
        ),
        1 => ([b"{,".as_slice(), inside].concat(), "a comma comes first"),
        2 => ([whole, b"}"].concat(), "one bracket too many"),
        3 => (
            [b"{\"x\" 1,".as_slice(), inside].concat(),
            "a colon is missing",
        ),
        4 => (
            [b"{\"x\":01x,".as_slice(), inside].concat(),
            "a number is none",
        ),
        _ => (whole[..cut.min(whole.len() - 1)].to_vec(), "cut off"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_broken_is_json() {
        let mut rng = Rng::with_seed(1);
        for body in [&b"{\"a\":{\"b\":[1]}}\n"[..], b"{}"] {
            for _ in 0..500 {
                let (text, how) = broken(body, &mut rng);
                let read = serde_json::from_slice::<serde_json::Value>(&text);
                assert!(read.is_err(), "{how}: {}", String::from_utf8_lossy(&text));
            }
        }
    }
}
