//! Values of every kind.

use std::sync::Arc;

use crate::generated::values::client::{Client, Error};
use crate::generated::values::server::*;
use crate::generated::values::types;
use crate::raw::{http, send, start};

struct Echo;

impl Service for Echo {
    async fn keep_bounds(&self, request: KeepBoundsRequest) -> KeepBoundsResponse {
        KeepBoundsResponse::Ok(request.body)
    }

    async fn add_pet(&self, request: AddPetRequest) -> AddPetResponse {
        AddPetResponse::Ok(request.body)
    }

    async fn keep_nulls(&self, request: KeepNullsRequest) -> KeepNullsResponse {
        KeepNullsResponse::Ok(request.body)
    }

    async fn add_up(&self, request: AddUpRequest) -> AddUpResponse {
        AddUpResponse::Ok(request.body)
    }
}

type Server = dropshot::HttpServer<Arc<Guarded<Echo>>>;

fn server() -> (Server, Client) {
    let server = start(api_description::<Echo>().unwrap(), Guarded::new(Echo));
    let client = Client::new_with_client(&format!("http://{}", server.local_addr()), http());
    (server, client)
}

async fn post(server: &Server, path: &str, body: &str) -> (u16, String) {
    let json = "Content-Type: application/json\r\n";
    send(server, &format!("POST {path}"), json, body.as_bytes()).await
}

#[tokio::test]
async fn values_come_back_as_they_went() {
    let (server, client) = server();
    let table = [
        (
            "/bounds",
            r#"{"stars":5,"even":-4,"small":-5,"share":1.0,"tags":["a"],"ids":[1,2],"sets":[[1.0],[2.0]],"days":["2030-01-01"],"codes":["A"],"names":{"a":"b"},"any":{"x":null}}"#,
        ),
        (
            "/pets",
            r#"{"kind":"cat","lives":9,"notes":{"n":1e400,"x":1, "x":2}}"#,
        ),
        (
            "/pets",
            r#"{"kind":"dog","friends":[{"kind":"cat","lives":18446744073709551615}],"name":"x"}"#,
        ),
        (
            "/pets",
            r#"{"kind":"Pair","left":{"kind":"cat","lives":1},"right":{"kind":"dog"}}"#,
        ),
        ("/nulls", r#"{"must":null}"#),
        (
            "/nulls",
            r#"{"list":[1,null],"must":"x","pet":{"kind":"dog"},"size":"m","tree":{"left":{"value":2},"value":1}}"#,
        ),
        (
            "/sums",
            r#"{"extra":true,"id":1,"name":"x","when":"2030-01-01T00:00:00Z"}"#,
        ),
    ];
    for (path, body) in table {
        let (status, answer) = post(&server, path, body).await;
        let (_, echo) = answer.split_once("\r\n\r\n").unwrap();
        let same = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
        let equal = echo == body || same(echo).is_some_and(|value| Some(value) == same(body));
        assert!(status == 200 && equal, "{path} {body}: {answer}");
    }
    let cat = types::Cat {
        kind: types::CatKind::Cat,
        lives: 9.try_into().unwrap(),
        notes: Some("1e400".parse().unwrap()),
    };
    let pet: types::Pet = cat.into();
    assert_eq!(client.add_pet(&pet).await.unwrap().into_inner(), pet);
    let pair = types::Pair {
        kind: types::PairKind::Pair,
        left: pet.clone(),
        right: pet,
    };
    let pair: types::Pet = pair.into();
    assert_eq!(client.add_pet(&pair).await.unwrap().into_inner(), pair);
}

#[tokio::test]
async fn null_is_taken_where_it_is_allowed_and_nowhere_else() {
    let (server, _) = server();
    let table = [
        (
            r#"{"must":null,"code":null,"size":null,"stars":null,"pet":null,"inner":null}"#,
            200,
        ),
        (
            r#"{"must":"x","code":"A","size":"s","stars":1,"inner":{"x":1}}"#,
            200,
        ),
        (r#"{"must":"x","code":"a"}"#, 422),
        (r#"{"must":"x","size":"l"}"#, 422),
        (r#"{"must":"x","stars":0}"#, 422),
        (r#"{"must":"x","list":null}"#, 422),
        (r#"{"must":"x","tree":null}"#, 422),
        (r#"{"must":"x","inner":{"x":null}}"#, 422),
    ];
    for (body, status) in table {
        let (found, answer) = post(&server, "/nulls", body).await;
        assert_eq!(found, status, "{body}: {answer}");
    }
}

#[tokio::test]
async fn what_is_out_of_bounds_is_refused_by_its_path() {
    let (server, client) = server();
    let table = [
        (r#"{"stars":0}"#, "$.stars: 0 is less than 1"),
        (r#"{"stars":6}"#, "$.stars: 6 is more than 5"),
        (r#"{"stars":-1}"#, "$.stars: invalid value: integer `-1`"),
        (r#"{"stars":1.5}"#, "$.stars: invalid type: floating point"),
        (r#"{"stars":null}"#, "$.stars: invalid type: null"),
        (r#"{"even":3}"#, "$.even: 3 is not a multiple of 2"),
        (r#"{"small":-6}"#, "$.small: -6 is less than -5"),
        (r#"{"small":200}"#, "$.small: invalid value"),
        (r#"{"share":0}"#, "$.share: 0 is not more than 0"),
        (r#"{"share":1.01}"#, "$.share: 1.01 is more than 1"),
        (r#"{"exact":0.5}"#, "$.exact: 0.5 is not less than 0.5"),
        (r#"{"tags":[]}"#, "$.tags: 0 items are less than 1"),
        (
            r#"{"tags":["a","b","c","d"]}"#,
            "$.tags: 4 items are more than 3",
        ),
        (r#"{"ids":[1,2,1]}"#, "$.ids: item 2 was there before"),
        (
            r#"{"sets":[[1],[2,2]]}"#,
            "$.sets[1]: item 1 was there before",
        ),
        (r#"{"codes":["a"]}"#, "$.codes[0]:"),
        (r#"{"names":{}}"#, "$.names: 0 members are less than 1"),
        (
            r#"{"any":{"a":1,"b":2}}"#,
            "$.any: 2 members are more than 1",
        ),
    ];
    for (body, words) in table {
        let (status, answer) = post(&server, "/bounds", body).await;
        assert!(status == 422 && answer.contains(words), "{body}: {answer}");
        let refused = serde_json::from_str::<types::Bounded>(body);
        // Null is the one thing that a client takes more lightly.
        assert!(refused.is_err() || body.contains("null"), "{body}");
    }
    drop(client);
}

#[tokio::test]
async fn forms_are_told_apart_by_their_member_alone() {
    let (server, client) = server();
    let deep = format!(
        "{}{}{}",
        r#"{"kind":"dog","friends":["#.repeat(100_000),
        r#"{"kind":"dog"}"#,
        "]}".repeat(100_000)
    );
    let table = [
        (
            r#"{"kind":"cow"}"#,
            422,
            "`kind` \"cow\" is none of cat, dog, Pair",
        ),
        (r#"{"lives":9}"#, 422, "missing field `kind`"),
        (r#"{"kind":7}"#, 422, "kind: $: invalid type"),
        (r#"{"kind":"cat"}"#, 422, "missing field `lives`"),
        (r#"{"kind":"cat","lives":1,"lives":2}"#, 422, "there twice"),
        (
            r#"{"kind":"cat","kind":"dog","lives":1}"#,
            422,
            "there twice",
        ),
        (r#"["cat",1]"#, 422, "invalid type"),
        (r#"{"kind":"dog","friends":[{"kind":"cow"}]}"#, 422, "cow"),
        (r#"{"kind":"dog","friends":[{"kind":"cow"}]"#, 400, ""),
        (&deep, 422, "nested too deep"),
    ];
    for (body, status, words) in table {
        let (found, answer) = post(&server, "/pets", body).await;
        let excerpt: String = body.chars().take(80).collect();
        assert!(
            found == status && answer.contains(words),
            "{excerpt}: {answer}"
        );
    }
    let dog: types::Pet = serde_json::from_str(r#"{"kind":"dog"}"#).unwrap();
    assert!(matches!(dog, types::Pet::Dog(_)));
    assert!(!matches!(
        client.add_pet(&dog).await,
        Err(Error::ErrorResponse(_))
    ));
}
