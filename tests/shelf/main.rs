//! What the generator makes of another document, compiled and run: client against server.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

/// The generated code, which is compared with the generator's output where that is tested.
#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    clippy::all,
    clippy::allow_attributes_without_reason,
    clippy::unwrap_used,
    reason = "generated"
)]
mod generated {
    macro_rules! fixture {
        ($module:ident, $file:literal) => {
            pub mod $module {
                include!(concat!(
                    env!("CARGO_MANIFEST_DIR"),
                    "/codegen/tests/fixtures/accepted/",
                    $file
                ));
            }
        };
    }
    fixture!(types, "shelf.types.rs");
    fixture!(client, "shelf.client.rs");
    fixture!(server, "shelf.server.rs");
}

use std::sync::Arc;
use std::time::Duration;

use generated::client::{Client, Error};
use generated::server::*;
use generated::types;

struct Shelf;

fn book(title: &str) -> types::Book {
    serde_json::from_value(serde_json::json!({ "title": title, "type": "novel" })).unwrap()
}

impl Service for Shelf {
    async fn add_book(&self, request: AddBookRequest) -> AddBookResponse {
        match request.shelf {
            404 => AddBookResponse::NotFound(types::BookError {
                message: "no such shelf".into(),
            }),
            _ => AddBookResponse::Created(request.body.into()),
        }
    }

    async fn list_books(&self, request: ListBooksRequest) -> ListBooksResponse {
        match request.shelf {
            404 => ListBooksResponse::NotFound,
            shelf => ListBooksResponse::Ok(vec![book(&shelf.to_string())].into()),
        }
    }

    async fn change_book(&self, request: ChangeBookRequest) -> ChangeBookResponse {
        let notes = request.body.notes.map(|notes| notes.get().to_owned());
        match (notes.as_deref(), request.body.binding) {
            (Some("1e400"), Some(types::ChangeBookBodyBinding::HalfLeather)) => {
                ChangeBookResponse::NoContent
            }
            _ => ChangeBookResponse::Conflict,
        }
    }

    async fn drop_book(&self, _: DropBookRequest) -> DropBookResponse {
        DropBookResponse::Ok(types::DropBookResult {})
    }

    fn refuse_book_error(&self, refusal: &EarlyRefusal) -> types::BookError {
        types::BookError {
            message: refusal.message.clone(),
        }
    }

    fn refuse_add_book_error(&self, refusal: &EarlyRefusal) -> types::AddBookError {
        types::AddBookError {
            isbn: None,
            message: refusal.message.clone(),
        }
    }
}

#[tokio::test]
async fn a_client_and_a_server_from_one_document_understand_each_other() {
    let log = slog::Logger::root(slog::Discard, slog::o!());
    let api = api_description::<Shelf>().unwrap();
    let server = dropshot::ServerBuilder::new(api, Arc::new(Guarded::new(Shelf)), log)
        .start()
        .unwrap();
    let http = reqwest::Client::builder()
        .timeout(Duration::from_secs(300))
        .build()
        .unwrap();
    let client = Client::new_with_client(&format!("http://{}", server.local_addr()), http);

    let added = client.add_book(7, &book("Moby-Dick")).await.unwrap();
    assert_eq!(
        (added.status().as_u16(), added.into_inner().0),
        (201, book("Moby-Dick"))
    );
    let listed = client.list_books(-7).await.unwrap();
    assert_eq!(listed.0[0].title.as_str(), "-7");
    match client.add_book(404, &book("x")).await {
        Err(Error::ErrorResponse(error)) => {
            assert_eq!(
                (error.status().as_u16(), error.message.as_str()),
                (404, "no such shelf")
            );
        }
        other => panic!("{other:?}"),
    }
    let id: types::BookId = "12".parse().unwrap();
    let change: types::ChangeBookBody =
        serde_json::from_str(r#"{"notes": 1e400, "binding": "half-leather"}"#).unwrap();
    assert_eq!(
        client
            .change_book(7, &id, &change)
            .await
            .unwrap()
            .status()
            .as_u16(),
        204
    );
    assert_eq!(
        client.drop_book(7, &id).await.unwrap().into_inner(),
        types::DropBookResult {}
    );
}
