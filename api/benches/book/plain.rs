//! What the web framework does by itself: "hello", and fifty rows of an age analysis as JSON from memory.

use actix_web::{App, HttpResponse, HttpServer, web};
use kept_shared::age_analysis::AgeRow;
use kept_shared::ids::{AccountId, CommunityId};
use kept_shared::money::Currency;
use kept_shared::page::Page;

/// Environment variable that makes this program the plain server, at the address it holds.
pub const SWITCH: &str = "KEPT_BENCH_PLAIN";

fn row(n: u32) -> AgeRow {
    AgeRow {
        id: AccountId(uuid::Uuid::now_v7()),
        reference: format!("A{n:07}"),
        name: "Thandi van der Merwe".into(),
        unit: None,
        community_id: CommunityId(uuid::Uuid::now_v7()),
        community: "SC001".into(),
        group: Some("Owners".into()),
        statuses: vec![],
        handover: None,
        currency: Currency::Zar,
        total: "12345.67".into(),
        current: "1234.56".into(),
        d30: "2345.67".into(),
        d60: "3456.78".into(),
        d90: "0.00".into(),
        d120: "5308.66".into(),
        unallocated: "0.00".into(),
        not_due: "1234.56".into(),
        last_payment_on: chrono::NaiveDate::from_ymd_opt(2026, 1, 31),
        last_payment: Some("1500.00".into()),
        notes: 0,
        unread: false,
    }
}

/// Serves until it is killed, with as many threads as the product.
pub fn serve(address: &str) -> anyhow::Result<()> {
    let page = web::Data::new(Page {
        items: (0..50).map(row).collect(),
        next_cursor: Some("x".repeat(120)),
    });
    let serving = async move {
        HttpServer::new(move || {
            App::new()
                .app_data(page.clone())
                .route("/hello", web::get().to(|| async { HttpResponse::Ok().body("hello") }))
                .route(
                    "/rows",
                    web::get().to(|page: web::Data<Page<AgeRow>>| async move { HttpResponse::Ok().json(&**page) }),
                )
        })
        .workers(std::thread::available_parallelism().map_or(2, usize::from))
        .bind(address)?
        .run()
        .await
    };
    Ok(actix_web::rt::System::new().block_on(serving)?)
}
