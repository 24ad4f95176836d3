//! Responses of every kind.

use openapi_codegen_runtime::server::{HeaderValue, StatusCode};

use crate::generated::replies::client::*;
use crate::generated::replies::server::*;
use crate::generated::replies::types;
use crate::raw::{http, send, start};

struct Scripted;

fn item(name: &str) -> types::Item {
    types::Item { name: name.into() }
}

fn problem(detail: &str) -> types::Problem {
    types::Problem {
        detail: detail.into(),
        status: None,
    }
}

impl Service for Scripted {
    async fn several(&self, request: SeveralRequest) -> SeveralResponse {
        match request.case.as_str() {
            "200" => SeveralResponse::Ok(item("x")),
            "202" => SeveralResponse::Accepted(types::SeveralResult { ticket: 7 }),
            "204" => SeveralResponse::NoContent,
            "303" => SeveralResponse::SeeOther(SeveralSeeOtherHeaders {
                location: HeaderValue::from_static("/media"),
            }),
            "404" => SeveralResponse::NotFound,
            "409" => SeveralResponse::Conflict(item("y")),
            "415" => SeveralResponse::UnsupportedMediaType("words ü".into()),
            "418" => SeveralResponse::ImATeapot(b"\x00\xff".to_vec().into()),
            case => panic!("no case {case}"),
        }
    }

    async fn ranges(&self, request: RangesRequest) -> RangesResponse {
        let code: u16 = request.case.parse().unwrap();
        let status = StatusCode::from_u16(code).unwrap();
        match code {
            200 => RangesResponse::Ok,
            404 => RangesResponse::NotFound(item("gone")),
            201..300 => RangesResponse::Success(status.try_into().unwrap(), item("fine")),
            400..500 => RangesResponse::ClientError(status.try_into().unwrap(), problem("yours")),
            _ => RangesResponse::ServerError(status.try_into().unwrap(), problem("ours")),
        }
    }

    async fn otherwise(&self, request: OtherwiseRequest) -> OtherwiseResponse {
        match request.case.as_str() {
            "201" => OtherwiseResponse::Created(request.body),
            "418" => OtherwiseResponse::ClientError(
                StatusCode::IM_A_TEAPOT.try_into().unwrap(),
                problem("tea"),
            ),
            case => panic!("no case {case}"),
        }
    }

    async fn picture(&self, _: PictureRequest) -> PictureResponse {
        let headers = PictureOkHeaders {
            e_tag: HeaderValue::from_static("\"1\""),
            x_width: 640,
            x_ratio: None,
            x_grey: Some(true),
            x_mode: Some(types::PictureResultXMode::BlackAndWhite),
        };
        PictureResponse::Ok(b"\x89PNG".to_vec().into(), headers)
    }

    async fn letter(&self, _: LetterRequest) -> LetterResponse {
        LetterResponse::Ok("<p>".into())
    }

    fn refuse_problem(&self, refusal: &EarlyRefusal) -> types::Problem {
        problem(&refusal.message)
    }
}

#[tokio::test]
async fn every_declared_response_reaches_the_client() {
    let server = start(
        api_description::<Scripted>().unwrap(),
        Guarded::new(Scripted),
    );
    let client = Client::new_with_client(&format!("http://{}", server.local_addr()), http());
    let ticket = types::SeveralResult { ticket: 7 };
    let good = [
        ("200", SeveralSuccess::Ok(item("x"))),
        ("202", SeveralSuccess::Accepted(ticket)),
        ("204", SeveralSuccess::NoContent),
        ("303", SeveralSuccess::SeeOther),
    ];
    for (case, expected) in good {
        let answer = client.several(case).await.unwrap();
        assert_eq!(answer.status().as_str(), case);
        assert_eq!(answer.headers().get("location").is_some(), case == "303");
        assert_eq!(answer.into_inner(), expected, "{case}");
    }
    let bad = [
        ("404", SeveralFailure::NotFound),
        ("409", SeveralFailure::Conflict(item("y"))),
        (
            "415",
            SeveralFailure::UnsupportedMediaType("words ü".into()),
        ),
        ("418", SeveralFailure::ImATeapot(vec![0, 255])),
        (
            "500",
            SeveralFailure::InternalServerError(problem("internal error")),
        ),
    ];
    for (case, expected) in bad {
        match client.several(case).await {
            Err(Error::ErrorResponse(answer)) => {
                assert_eq!(answer.status().as_str(), case);
                assert_eq!(answer.into_inner(), expected, "{case}");
            }
            other => panic!("{case}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn ranges_carry_the_statuses_that_are_not_declared_otherwise() {
    let server = start(
        api_description::<Scripted>().unwrap(),
        Guarded::new(Scripted),
    );
    let client = Client::new_with_client(&format!("http://{}", server.local_addr()), http());
    for (case, expected) in [
        ("200", RangesSuccess::Ok),
        ("206", RangesSuccess::Success(item("fine"))),
    ] {
        let answer = client.ranges(case).await.unwrap();
        assert_eq!((answer.status().as_str(), &*answer), (case, &expected));
    }
    let bad = [
        ("404", RangesFailure::NotFound(item("gone"))),
        ("451", RangesFailure::ClientError(problem("yours"))),
        ("507", RangesFailure::ServerError(problem("ours"))),
        (
            "nonsense",
            RangesFailure::ServerError(problem("internal error")),
        ),
    ];
    for (case, expected) in bad {
        match client.ranges(case).await {
            Err(Error::ErrorResponse(answer)) => {
                let status = if case == "nonsense" { "500" } else { case };
                assert_eq!((answer.status().as_str(), &*answer), (status, &expected));
            }
            other => panic!("{case}: {other:?}"),
        }
    }
    for code in [200, 204, 205, 404, 500] {
        let status = StatusCode::from_u16(code).unwrap();
        assert!(Ranges2xx::try_from(status).is_err(), "{code}");
        assert!(Ranges4xx::try_from(status).is_err(), "{code}");
    }
}

#[tokio::test]
async fn a_default_stands_for_all_errors() {
    let server = start(
        api_description::<Scripted>().unwrap(),
        Guarded::new(Scripted),
    );
    let client = Client::new_with_client(&format!("http://{}", server.local_addr()), http());
    let made = client.otherwise("201", &item("made")).await.unwrap();
    assert_eq!(made.into_inner(), item("made"));
    for (case, status, detail) in [("418", 418, "tea"), ("panic", 500, "internal error")] {
        match client.otherwise(case, &item("")).await {
            Err(Error::ErrorResponse(answer)) => {
                assert_eq!(
                    (answer.status().as_u16(), answer.detail.as_str()),
                    (status, detail)
                );
            }
            other => panic!("{case}: {other:?}"),
        }
    }
    let json = "Content-Type: application/json\r\n";
    for (headers, body, status) in [("", "{}", 415), (json, "{", 400), (json, "[]", 422)] {
        let (found, answer) = send(&server, "POST /several/201", headers, body.as_bytes()).await;
        assert_eq!(found, status, "{answer}");
    }
}

#[tokio::test]
async fn headers_and_media_types_are_the_declared_ones() {
    let server = start(
        api_description::<Scripted>().unwrap(),
        Guarded::new(Scripted),
    );
    let client = Client::new_with_client(&format!("http://{}", server.local_addr()), http());
    let picture = client.picture().await.unwrap();
    let header = |name: &str| {
        picture
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap())
    };
    let expected = [
        ("content-type", Some("image/png")),
        ("etag", Some("\"1\"")),
        ("x-width", Some("640")),
        ("x-ratio", None),
        ("x-grey", Some("true")),
        ("x-mode", Some("black and white")),
    ];
    for (name, value) in expected {
        assert_eq!(header(name), value, "{name}");
    }
    let letter = client.letter().await.unwrap();
    assert_eq!(letter.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(letter.as_str(), "<p>");
    let (_, answer) = send(&server, "GET /several/500", "", b"").await;
    assert!(
        answer.contains("content-type: application/problem+json\r\n"),
        "{answer}"
    );
}
