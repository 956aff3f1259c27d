//! Figures first, then what is new, then where to go. Agents see the book, attorneys their matters.

use super::charts::Charts;
use crate::kernel::{api::use_api, format, i18n::t, load, use_session};
use crate::notifications::step;
use crate::ui::{Card, Empty, Icon, Loading, NoPermission, PageHead, Pill, ProblemPanel, SkeletonKind};
use kept_shared::{
    age_analysis::Bucket,
    dashboard::{AgeTotals, Dashboard, News},
    handovers::Handover,
    money::Money,
    permission::Permission,
};
use leptos::prelude::*;
use leptos_router::components::A;

#[component]
pub fn DashboardPage() -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let first = load(move || async move { api.get::<Dashboard>("/dashboard").await });
    let name = move || session.me().map(|me| me.first_name).unwrap_or_default();
    view! {
        <div class="page">
            <PageHead title=Signal::derive(move || t::dashboard::hello(name()))
                subtitle=if session.is_attorney() { t::dashboard::text_attorney } else { t::dashboard::text_agent }/>
            <Show when=move || session.may(Permission::ViewDashboard) fallback=|| view! { <NoPermission/> }>
                {move || match (first.problem.get(), first.get()) {
                    (Some(problem), _) => view! { <ProblemPanel problem retry=Callback::new(move |()| first.reload())/> }.into_any(),
                    (None, None) => view! { <Loading kind=SkeletonKind::Tiles rows=4/><Loading kind=SkeletonKind::Card/> }.into_any(),
                    (None, Some(page)) => view! { <Filled page/> }.into_any(),
                }}
            </Show>
        </div>
    }
    .into_any()
}

pub(super) fn n(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

#[component]
fn Filled(page: Dashboard) -> impl IntoView {
    let session = use_session();
    let attorney = session.is_attorney();
    let sees_matters = session.may(Permission::ViewHandovers);
    let sees_age = session.may(Permission::ViewAgeAnalysis);
    let outstanding: Vec<String> = page.book.iter().map(|b| format::money(b.total)).collect();
    let accounts: u64 = page.book.iter().map(|b| b.accounts).sum();
    let arrears: u64 = page.book.iter().map(|b| b.in_arrears).sum();
    let with_attorneys: Vec<String> = page.handed_over_balances.iter().map(|m| format::money(*m)).collect();
    let empty = page.book.is_empty();
    // An attorney's figures are of the matters at work, and what waits for an answer has a tile of its own.
    let (matters, owed, matters_at) = if attorney {
        (
            page.handed_over.saturating_sub(page.pending),
            String::new(),
            "/handovers?show=active",
        )
    } else {
        (page.handed_over, with_attorneys.join(" · "), "/handovers?show=open")
    };
    view! {
        <div class="tiles">
            <Tile href=sees_age.then_some("/age-analysis") label=t::dashboard::outstanding()
                value=if outstanding.is_empty() { "–".into() } else { outstanding.join(" · ") } small=t::dashboard::accounts(n(accounts))/>
            <Tile href=sees_age.then_some("/age-analysis?bucket=d30&bucket=d60&bucket=d90&bucket=d120") label=t::dashboard::in_arrears()
                value=format::count(n(arrears)) small=t::dashboard::of_accounts(format::count(n(accounts)))/>
            {sees_matters.then(|| view! {
                <Tile href=Some(matters_at) label=if attorney { t::dashboard::matters() } else { t::dashboard::handed_over() }
                    value=format::count(n(matters)) small=owed/>
                {(page.pending > 0).then(|| view! {
                    <Tile href=Some("/handovers?show=pending") label=if attorney { t::dashboard::pending() } else { t::dashboard::pending_agent() }
                        value=format::count(n(page.pending)) small=String::new()/>
                })}
                <Tile href=Some("/handovers?show=silent") label=t::dashboard::silent() value=format::count(n(page.silent)) small=String::new()/>
                <Tile href=Some(if attorney { "/handovers?show=fresh" } else { "/handovers?show=unseen" }) label=if attorney { t::dashboard::fresh_attorney() } else { t::dashboard::fresh_agent() }
                    value=format::count(n(page.fresh)) small=String::new()/>
            })}
            {page.approvals.map(|waiting| view! {
                <Tile href=Some("/approvals") label=t::dashboard::approvals() value=format::count(n(waiting)) small=String::new()/>
            })}
            {page.unallocated.map(|customers| view! {
                <Tile href=Some("/unallocated") label=t::dashboard::unallocated() value=format::count(n(customers)) small=t::dashboard::unallocated_text().to_owned()/>
            })}
        </div>
        {attorney.then(|| view! { <p class="dashboard-counted">{t::dashboard::counted_attorney}" "<A href="/handovers?show=closed">{t::dashboard::closed_matters}</A></p> })}
        {if empty {
            view! {
                <Card title=t::dashboard::by_age>
                    <Empty title=t::dashboard::book_none_title icon="chart-column" class="empty-sm"
                        text=if attorney { t::dashboard::book_none_attorney } else { t::dashboard::book_none_text }/>
                </Card>
            }.into_any()
        } else {
            page.book.into_iter().map(|totals| view! { <Ages totals/> }).collect_view().into_any()
        }}
        {attorney.then(|| view! { <Doors/> })}
        <Charts statuses=page.by_status communities=page.by_community sees_age/>
        {sees_matters.then(|| view! {
            <div class="grid-2">
                <NewsCard news=page.news attorney/>
                <Recent recent=page.recent/>
            </div>
        })}
    }
    .into_any()
}

#[component]
fn Tile(href: Option<&'static str>, label: &'static str, value: String, small: String) -> impl IntoView {
    let inside = view! { <span>{label}</span><strong>{value}</strong>{(!small.is_empty()).then(|| view! { <small>{small}</small> })} };
    match href {
        Some(href) => view! { <A href=href attr:class="tile">{inside}</A> }.into_any(),
        None => view! { <div class="tile">{inside}</div> }.into_any(),
    }
}

/// One currency's book by age: a bar and its figures.
#[component]
fn Ages(totals: AgeTotals) -> impl IntoView {
    let parts: [(&'static str, Bucket, &'static str, Money); 5] = [
        ("b0", Bucket::Current, t::handovers::current(), totals.current),
        ("b1", Bucket::D30, t::handovers::d30(), totals.d30),
        ("b2", Bucket::D60, t::handovers::d60(), totals.d60),
        ("b3", Bucket::D90, t::handovers::d90(), totals.d90),
        ("b4", Bucket::D120, t::handovers::d120(), totals.d120),
    ];
    let sees_age = use_session().may(Permission::ViewAgeAnalysis);
    // An amount leads to the customers who owe it.
    let figure = move |bucket: Bucket, money: Money| {
        let href = (sees_age && !money.is_zero()).then(|| format!("/age-analysis?bucket={}", bucket.as_str()));
        match href {
            Some(href) => view! { <A href=href>{format::money(money)}</A> }.into_any(),
            None => format::money(money).into_any(),
        }
    };
    let whole: i64 = parts.iter().map(|p| p.3.minor.max(0)).sum();
    let share = move |m: Money| (i128::from(m.minor.max(0)) * 1_000 / i128::from(whole.max(1))).to_string();
    view! {
        <section class="card dashboard-ages">
            <header class="card-head"><div><h2>{t::dashboard::by_age}</h2></div><strong>{format::money(totals.total)}</strong></header>
            <div class="card-body">
                <div class="stack" aria-hidden="true">
                    {parts.iter().filter(|p| p.3.minor > 0).map(|p| view! { <i class=p.0 style:flex-grow=share(p.3)></i> }).collect_view()}
                </div>
                <dl class="dashboard-buckets">
                    {parts.into_iter().map(|(class, bucket, label, money)| view! {
                        <div><dt><span class=format!("dot {class}")></span>{label}</dt><dd class:zero=money.is_zero()>{figure(bucket, money)}</dd></div>
                    }).collect_view()}
                    {(!totals.unallocated.is_zero()).then(|| view! {
                        <div><dt>{t::handovers::unallocated}</dt><dd class="credit">{format::money(totals.unallocated)}</dd></div>
                    })}
                </dl>
            </div>
        </section>
    }
    .into_any()
}

/// The attorney's tiles: the pages there are (spec B02).
#[component]
fn Doors() -> impl IntoView {
    let session = use_session();
    let door = |href: &'static str, icon: &'static str, title: &'static str, text: &'static str| {
        view! {
            <A href=href attr:class="tile dashboard-door"><Icon name=icon size=20/><b>{title}</b><small>{text}</small></A>
        }
    };
    view! {
        <nav class="tiles" aria-label=t::dashboard::go>
            {session.may(Permission::ViewAgeAnalysis).then(|| door("/age-analysis", "table-2", t::dashboard::tile_age(), t::dashboard::tile_age_text()))}
            {session.may(Permission::ViewLedger).then(|| door("/statements", "file-text", t::dashboard::tile_statement(), t::dashboard::tile_statement_text()))}
            {session.may(Permission::RunReports).then(|| door("/ledger-reports", "file-spreadsheet", t::dashboard::tile_ledger(), t::dashboard::tile_ledger_text()))}
            {session.may(Permission::ApplyStatuses).then(|| door("/statuses", "list-checks", t::dashboard::tile_apply(), t::dashboard::tile_apply_text()))}
            {session.may(Permission::ViewUnits).then(|| door("/units", "home", t::dashboard::tile_units(), t::dashboard::tile_units_text()))}
            {session.may(Permission::ViewDocuments).then(|| door("/documents", "folder-open", t::dashboard::tile_documents(), t::dashboard::tile_documents_text()))}
            {session.may(Permission::ViewHandovers).then(|| door("/handovers", "handshake", t::dashboard::tile_matters(), t::dashboard::tile_matters_text()))}
        </nav>
    }
    .into_any()
}

#[component]
fn NewsCard(news: Vec<News>, attorney: bool) -> impl IntoView {
    let none = news.is_empty();
    view! {
        <Card title=if attorney { t::dashboard::news_agency } else { t::dashboard::news }>
            {if none {
                view! { <p class="soft">{t::dashboard::news_none}</p> }.into_any()
            } else {
                view! {
                    <ul class="plain-list">
                        {news.into_iter().map(|item| view! {
                            <li>
                                <span><A href=format!("/handovers/{}", item.handover_id)><b>{item.account_name}</b></A>
                                    <small>{item.account_reference}{item.by.map(|by| format!(" · {by}"))}</small>
                                    {item.what.map(|what| view! { <small>{step(what)}</small> })}</span>
                                <time class="soft" datetime=item.at.to_rfc3339() title=format::instant(item.at)>{format::ago(item.at)}</time>
                            </li>
                        }).collect_view()}
                    </ul>
                }.into_any()
            }}
        </Card>
    }
    .into_any()
}

#[component]
fn Recent(recent: Vec<Handover>) -> impl IntoView {
    let none = recent.is_empty();
    view! {
        <Card title=t::dashboard::recent actions=ViewFn::from(|| view! { <A href="/handovers">{t::dashboard::all_matters}</A> })>
            {if none {
                view! { <p class="soft">{t::dashboard::recent_none}</p> }.into_any()
            } else {
                view! {
                    <ul class="plain-list">
                        {recent.into_iter().map(|m| view! {
                            <li>
                                <span><A href=format!("/handovers/{}", m.id)><b>{m.account_name}</b></A>
                                    <small>{m.reference}" · "{m.attorney.name}</small></span>
                                {m.is_silent.then(|| view! { <Pill tone="warn" label=t::handovers::silent/> })}
                                <span class="num nowrap">{format::money(m.balance)}</span>
                            </li>
                        }).collect_view()}
                    </ul>
                }.into_any()
            }}
        </Card>
    }
    .into_any()
}
