//! Providers behind TLS: who is trusted, who has to show something, and what is said if that fails.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, date_time_ymd,
};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

use crate::provider::{Answer, Provider, json};
use crate::{assert_says, run_to};

/// An authority of our own.
struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate, and its key.
struct Identity {
    certificate: CertificateDer<'static>,
    pem: String,
    key: KeyPair,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    fn issue(&self, name: &str, usage: ExtendedKeyUsagePurpose, until: i32) -> Identity {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.extended_key_usages = vec![usage];
        params.not_after = date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Identity {
            certificate: certificate.der().clone(),
            pem: certificate.pem(),
            key,
        }
    }

    fn server(&self, name: &str, until: i32) -> Identity {
        self.issue(name, ExtendedKeyUsagePurpose::ServerAuth, until)
    }

    fn client(&self) -> Identity {
        self.issue("team", ExtendedKeyUsagePurpose::ClientAuth, FAR)
    }

    /// Writes the authority's certificate.
    fn save(&self, path: &Path) {
        fs::write(path, self.0.pem()).unwrap();
    }
}

impl Identity {
    /// Writes `NAME.pem` and `NAME.key`.
    fn save(&self, folder: &Path, name: &str) {
        fs::write(folder.join(format!("{name}.pem")), &self.pem).unwrap();
        fs::write(folder.join(format!("{name}.key")), self.key.serialize_pem()).unwrap();
    }

    /// A server with this identity; it wants to see a certificate of `clients`, if that is somebody.
    fn serve(self, clients: Option<&Authority>) -> ServerConfig {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap();
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(authority.0.der().clone()).unwrap();
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                builder.with_client_cert_verifier(verifier.build().unwrap())
            }
        };
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        builder
            .with_single_cert(vec![self.certificate], key)
            .unwrap()
    }
}

/// A year in which no test runs any more, and one in which none did.
const FAR: i32 = 4000;
const PAST: i32 = 2001;

#[derive(Clone, Copy)]
enum Server {
    /// Over plain HTTP.
    Plain,
    /// For this name, with a certificate that is valid until then.
    Tls(&'static str, i32),
    /// Wants a certificate.
    Mutual,
}

struct Row {
    name: &'static str,
    server: Server,
    arguments: &'static str,
    exit: i32,
    /// What the output holds, among other things.
    says: &'static [&'static str],
    sent: usize,
}

const OURS: &str = "--url https://URL --ca DIR/ca.pem";

#[test]
fn handshakes() {
    let localhost = Server::Tls("127.0.0.1", FAR);
    let row = |name, server, arguments, exit, says, sent| Row {
        name,
        server,
        arguments,
        exit,
        says,
        sent,
    };
    let done: &[&str] = &[r#"{"id":"a"}"#];
    let rows = [
        row("own authority", localhost, OURS, 0, done, 1),
        row(
            "bundle",
            localhost,
            "--url https://URL --ca DIR/bundle.pem",
            0,
            done,
            1,
        ),
        row(
            "token",
            localhost,
            "--url https://URL --ca DIR/ca.pem --token-file DIR/token",
            0,
            done,
            1,
        ),
        row(
            "client certificate",
            Server::Mutual,
            "--url https://URL --ca DIR/ca.pem --client-cert DIR/team.pem --client-key DIR/team.key",
            0,
            done,
            1,
        ),
        row(
            "unknown authority",
            localhost,
            "--url https://URL --ca DIR/other.pem",
            1,
            &[
                "POST /resource/run: no answer: invalid peer certificate: UnknownIssuer",
                "(hint: trust the certificate of the authority that has signed it)",
            ],
            0,
        ),
        row(
            "authority of the same name",
            localhost,
            "--url https://URL --ca DIR/namesake.pem",
            1,
            &["BadSignature (hint: trust the certificate of the authority"],
            0,
        ),
        row(
            "another name",
            Server::Tls("elsewhere.example", FAR),
            OURS,
            1,
            &[
                "invalid peer certificate: certificate not valid for name",
                "(hint: ask by a name that stands in the certificate)",
            ],
            0,
        ),
        row(
            "expired",
            Server::Tls("127.0.0.1", PAST),
            OURS,
            1,
            &["invalid peer certificate: certificate expired"],
            0,
        ),
        row(
            "no client certificate",
            Server::Mutual,
            OURS,
            1,
            &["CertificateRequired", "(hint: show a client certificate"],
            0,
        ),
        row(
            "client certificate of others",
            Server::Mutual,
            "--url https://URL --ca DIR/ca.pem --client-cert DIR/foreign.pem --client-key DIR/foreign.key",
            1,
            &["received fatal alert: ", "(hint: show a client certificate"],
            0,
        ),
        row(
            "another's key",
            localhost,
            "--url https://URL --ca DIR/ca.pem --client-cert DIR/team.pem --client-key DIR/foreign.key",
            2,
            &["TLS cannot be set up"],
            0,
        ),
        row(
            "https where there is http",
            Server::Plain,
            OURS,
            1,
            &["(hint: does the provider speak TLS?)"],
            0,
        ),
        row(
            "http where there is https",
            localhost,
            "--url http://URL",
            1,
            &["POST /resource/run: no answer: "],
            0,
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let (ours, others) = (Authority::new("ours"), Authority::new("others"));
    ours.save(&dir.join("ca.pem"));
    Authority::new("ours").save(&dir.join("namesake.pem"));
    others.save(&dir.join("other.pem"));
    fs::write(
        dir.join("bundle.pem"),
        [others.0.pem(), ours.0.pem()].concat(),
    )
    .unwrap();
    ours.client().save(dir, "team");
    others.client().save(dir, "foreign");
    fs::write(dir.join("token"), "t0ken\n").unwrap();
    fs::write(dir.join("body.json"), "{}").unwrap();
    for row in rows {
        let provider = provider(row.server, &ours);
        let base = "create --type run --body DIR/body.json --output DIR/out.json --attempts 1 --deadline 30s --fail-on-provider-error";
        let words = base
            .split_whitespace()
            .chain(row.arguments.split_whitespace());
        let words = words.map(|word| {
            word.replace("URL", &provider.address)
                .replace("DIR", &dir.display().to_string())
        });
        let (_, told) = run_to(row.name, row.exit, words);
        let output = fs::read_to_string(dir.join("out.json")).unwrap();
        assert_says(row.name, &output, row.says);
        let requests = provider.requests();
        assert_eq!(requests.len(), row.sent, "{}: {told}", row.name);
        if row.name == "token" {
            let head = requests[0].to_ascii_lowercase();
            assert_says(row.name, &head, &["\r\nauthorization: bearer t0ken\r\n"]);
        }
    }
}

fn provider(server: Server, authority: &Authority) -> Provider {
    let answers = vec![json(201, r#"{"id":"a"}"#)];
    match server {
        Server::Plain => {
            let refusal = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
            Provider::start(vec![Answer::Blurt(refusal.to_owned())])
        }
        Server::Tls(name, until) => {
            Provider::start_tls(answers, authority.server(name, until).serve(None))
        }
        Server::Mutual => {
            let identity = authority.server("127.0.0.1", FAR);
            Provider::start_tls(answers, identity.serve(Some(authority)))
        }
    }
}

#[test]
fn a_rehearsal_handshakes_too() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (ours, others) = (Authority::new("ours"), Authority::new("others"));
    ours.save(&at("ca.pem"));
    others.save(&at("other.pem"));
    let files = concat!(env!("CARGO_MANIFEST_DIR"), "/../operator/tests/samples/cr");
    let resources = ["provider.yaml", "experiment-minimal.yaml"];
    for (authority, exit, says) in [
        ("ca.pem", 0, "all as they should be"),
        ("other.pem", 3, "UnknownIssuer"),
    ] {
        let provider = provider(Server::Tls("127.0.0.1", FAR), &ours);
        let mut arguments = vec!["rehearse".to_owned(), "-f".to_owned()];
        arguments.extend(resources.map(|name| format!("{files}/{name}")));
        let url = format!("https://{}", provider.address);
        let authority = at(authority).display().to_string();
        arguments.extend(["--url".to_owned(), url, "--ca".to_owned(), authority]);
        let (said, told) = run_to(says, exit, arguments);
        assert_says(says, &(said + &told), &[says]);
    }
}
