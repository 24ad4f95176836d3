//! A webhook behind TLS: the program trusts what the system trusts, and says so when that is not enough.

use std::time::{Duration, Instant};

use kfp_testing::{body, exchange};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair,
};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::program::Program;
use crate::webhook::Webhook;

const PATIENCE: Duration = Duration::from_secs(600);

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority")
}

fn server(authority: &Authority) -> ServerConfig {
    let key = KeyPair::generate().expect("a key");
    let certificate = CertificateParams::new(vec!["127.0.0.1".to_owned()])
        .and_then(|params| params.signed_by(&key, authority))
        .expect("a certificate");
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    ServerConfig::builder_with_provider(aws_lc_rs::default_provider().into())
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("a certificate and its key")
}

#[test]
fn events_go_where_the_system_trusts() {
    let (ours, others) = (authority("ours"), authority("others"));
    let folder = tempfile::tempdir().expect("a folder");
    for (trusted, arrives) in [(&ours, true), (&others, false)] {
        let webhook = Webhook::start_tls(server(&ours));
        let certificates = folder.path().join("trusted.pem").display().to_string();
        std::fs::write(&certificates, trusted.pem()).expect("a file");
        let file = folder
            .path()
            .join(format!("{arrives}"))
            .display()
            .to_string();
        let environment = [
            ("SSL_CERT_FILE", certificates.as_str()),
            ("OPERATORWEBHOOK", &webhook.url),
            ("PROVIDERNAME", "ml/forge"),
            ("SERVER_HOST", "127.0.0.1"),
        ];
        let quick = [
            "--data",
            &file,
            "--pending-duration",
            "1ms",
            "--run-duration",
            "1ms",
        ];
        let program = Program::with(&environment, &quick);
        for (kind, name) in [("pipeline", "a/p"), ("run", "a/r")] {
            let path = format!("/resource/{kind}");
            let answer = exchange(program.address, "POST", &path, &body(kind, name));
            assert_eq!(answer.status, 201, "{}", answer.text());
        }
        if arrives {
            webhook.all_taken(&["a/r".to_owned()], PATIENCE);
            continue;
        }
        let end = Instant::now() + PATIENCE;
        loop {
            let (_, listed) = Program::output(&["events", "list", "--data", &file]);
            if listed.contains("no secure connection: invalid peer certificate: UnknownIssuer") {
                break;
            }
            assert!(Instant::now() < end, "nothing is said of it: {listed}");
            std::thread::sleep(Duration::from_millis(10)); // between two looks
        }
        assert!(webhook.heard().is_empty(), "an event got through");
    }
}
