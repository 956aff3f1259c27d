//! What was sent about a customer (spec D14).

use crate::inbox::state_word;
use crate::kernel::{
    api::{Api, use_api},
    format,
    i18n::t,
    pages::pages,
    use_session,
};
use crate::ui::{Card, DataColumn, DataTable, Empty, Loading, Pill, ProblemPanel};
use kept_shared::ids::AccountId;
use kept_shared::mail::{Sent, SentFilter, SentKind};
use kept_shared::page::Page;
use kept_shared::problem::Problem;
use leptos::prelude::*;

impl Api {
    pub async fn communication(self, account: AccountId, filter: SentFilter) -> Result<Page<Sent>, Problem> {
        self.list(&format!("/accounts/{account}/communication"), &filter).await
    }
}

#[component]
pub fn CommunicationPanel(account: AccountId) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let list = pages(move |cursor| {
        let filter = SentFilter {
            limit: Some(50),
            cursor,
        };
        api.communication(account, filter)
    });
    let text = if session.is_attorney() {
        t::communication::text_attorney
    } else {
        t::communication::text
    };
    view! {
        <Card title=t::communication::title subtitle=text flush=true>
            {move || match (list.first.value.with(Option::is_some), list.first.problem.get()) {
                (_, Some(problem)) => view! { <ProblemPanel problem=problem retry=move |()| list.reload()/> }.into_any(),
                (false, None) => view! { <Loading/> }.into_any(),
                (true, None) if list.rows().with(Vec::is_empty) => view! {
                    <Empty title=t::communication::none_title text=t::communication::none_text icon="mail" class="empty-sm"/>
                }.into_any(),
                (true, None) => view! {
                    <DataTable label=t::communication::title columns=columns() rows=list.rows() row_key=|s: &Sent| s.id.to_string()
                        has_more=list.has_more() loading_more=list.loading_more more=move |()| list.more()
                        empty_title=t::communication::none_title empty_text=t::communication::none_text/>
                }.into_any(),
            }}
        </Card>
    }
    .into_any()
}

fn columns() -> Vec<DataColumn<Sent>> {
    vec![
        DataColumn::new("date", t::communication::date, |s: &Sent| {
            view! { <span class="nowrap">{format::instant(s.at)}</span> }.into_any()
        }),
        DataColumn::new("type", t::communication::kind, |s: &Sent| match s.kind {
            SentKind::Email => t::communication::email().into_any(),
        }),
        DataColumn::new("subject", t::communication::subject, |s: &Sent| {
            s.subject.clone().into_any()
        }),
        DataColumn::new("recipient", t::communication::recipient, |s: &Sent| {
            view! { <span class="who">{s.to_name.clone()}<small>{s.to_address.clone()}</small></span> }.into_any()
        }),
        DataColumn::new("sent_by", t::communication::sent_by, |s: &Sent| {
            if s.sent_by.is_empty() {
                t::communication::by_system().into_any()
            } else {
                s.sent_by.clone().into_any()
            }
        })
        .secondary(),
        DataColumn::new("status", t::communication::status, |s: &Sent| {
            let (tone, label) = state_word(s.state);
            view! { <Pill tone label/> }.into_any()
        }),
    ]
}
