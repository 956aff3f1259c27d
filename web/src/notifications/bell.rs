//! The bell: how many are unread, and the list behind it.

use super::{LookedAt, step, words::words};
use crate::kernel::i18n::t;
use crate::kernel::{
    api::{Api, new_key, use_api},
    format, load,
    pages::pages,
    use_session,
};
use crate::ui::{Button, Icon, close_outside, on_escape};
use kept_shared::dashboard::News;
use kept_shared::notifications::{MarkRead, Notification, Unread};
use kept_shared::page::Page;
use kept_shared::permission::Permission;
use kept_shared::problem::Problem;
use leptos::{html, prelude::*};
use leptos_router::hooks::use_navigate;
use std::time::Duration;

/// How often the number is asked for while the page is open.
const EVERY: Duration = Duration::from_secs(45);

impl Api {
    /// `news`: those of the other side too.
    pub async fn unread_notifications(self, news: bool) -> Result<Unread, Problem> {
        self.get(&format!("/notifications/summary?news={news}")).await
    }
    pub async fn notifications(self, cursor: Option<String>) -> Result<Page<Notification>, Problem> {
        let after = cursor
            .map(|c| format!("&cursor={}", crate::kernel::url::encode(&c)))
            .unwrap_or_default();
        self.get(&format!("/notifications?limit=10{after}")).await
    }
    pub async fn matter_news(self) -> Result<Vec<News>, Problem> {
        self.get("/notifications/news").await
    }
    pub async fn mark_notifications_read(self, which: MarkRead) -> Result<Unread, Problem> {
        self.post("/notifications/read", &which, &new_key()).await
    }
}

#[component]
pub fn Bell() -> impl IntoView {
    let api = use_api();
    let session = use_session();
    let muted = Memo::new(move |_| session.me().is_none_or(|me| me.settings.is_news_muted));
    let looked_at = LookedAt::here();
    let count = load(move || {
        looked_at.track();
        api.unread_notifications(!muted.get())
    });
    let open = RwSignal::new(false);
    let root: NodeRef<html::Div> = NodeRef::new();
    close_outside(root, open);
    // A page in the background asks for nothing.
    let ticking = set_interval_with_handle(
        move || {
            if !document().hidden() {
                count.reload();
            }
        },
        EVERY,
    );
    on_cleanup(move || {
        if let Ok(handle) = ticking {
            handle.clear();
        }
    });
    let unread = Memo::new(move |_| count.get().map_or(0, |u| u.unread));
    let news = Memo::new(move |_| count.get().filter(|_| !muted.get()).map_or(0, |u| u.news));
    let all = Memo::new(move |_| unread.get() + news.get());
    // Owned by the bell: an answer may come when the list is closed already.
    let told = Callback::new(move |now| count.set(now));
    let name = move || match all.get() {
        0 => t::notifications::open_none().to_owned(),
        n => t::notifications::open_n(usize::try_from(n).unwrap_or(usize::MAX)),
    };
    view! {
        <div class="menu" node_ref=root on:keydown=on_escape(root, open)>
            <button type="button" class="bell" aria-haspopup="dialog" aria-expanded=move || open.get().to_string() aria-label=name title=name
                on:click=move |_| { open.update(|o| *o = !*o); count.reload(); }>
                <Icon name="bell" size=18/>
                <Show when=move || all.get() != 0><span class="bell-count" aria-hidden="true">{move || if all.get() > 99 { "99+".to_owned() } else { all.get().to_string() }}</span></Show>
            </button>
            <Show when=move || open.get()>
                <List open unread news told/>
            </Show>
        </div>
    }
    .into_any()
}

#[component]
fn List(open: RwSignal<bool>, unread: Memo<u64>, news: Memo<u64>, told: Callback<Unread>) -> impl IntoView {
    let api = use_api();
    let session = use_session();
    let go = StoredValue::new_local(use_navigate());
    let list = pages(move |cursor| api.notifications(cursor));
    let mark = move |which: MarkRead, again: bool| {
        leptos::task::spawn_local(async move {
            if let Ok(now) = api.mark_notifications_read(which).await {
                told.run(now);
                if again && open.try_get_untracked() == Some(true) {
                    list.reload();
                }
            }
        });
    };
    let mark_all = move |_| {
        if let Some(newest) = list.rows().with_untracked(|r| r.first().map(|n| n.id)) {
            mark(
                MarkRead {
                    up_to: newest,
                    only: false,
                },
                true,
            );
        }
    };
    let row = move |n: Notification| {
        let (title, text, href) = words(&n.notice);
        let (id, read, at) = (n.id, n.is_read, format::ago(n.at));
        let follow = move |_| {
            if !read {
                mark(MarkRead { up_to: id, only: true }, false);
            }
            open.set(false);
            go.with_value(|go| go(&href, Default::default()));
        };
        view! {
            <li><button type="button" class="menu-item" on:click=follow>
                {if read { view! { <span></span> }.into_any() } else { view! { <span class="bell-dot"><span class="sr">{t::notifications::unread}</span></span> }.into_any() }}
                <b>{title}</b><small>{text}</small><small>{at}</small>
            </button></li>
        }
    };
    view! {
        <div class="menu-list bell-list" role="dialog" aria-label=t::notifications::title>
            <div class="bell-head"><h2>{t::notifications::title}</h2>
                <Show when=move || unread.get() != 0><Button label=t::notifications::mark_all class="btn-sm" on_click=mark_all/></Show></div>
            {move || match (list.first.value.with(Option::is_some), list.first.problem.with(Option::is_some)) {
                (_, true) => view! { <p class="menu-note" role="alert">{t::problems::offline}</p> }.into_any(),
                (false, false) => view! { <p class="menu-note" role="status">{t::shell::loading}</p> }.into_any(),
                (true, false) if list.rows().with(Vec::is_empty) && news.get() != 0 => ().into_any(),
                (true, false) if list.rows().with(Vec::is_empty) => view! { <p class="menu-note">{t::notifications::nothing}</p> }.into_any(),
                (true, false) => view! { <ul>{move || list.rows().get().into_iter().map(row).collect_view()}</ul> }.into_any(),
            }}
            {session.may(Permission::ViewHandovers).then(|| view! { <OtherSide open/> })}
            <Show when=move || list.has_more().get()><p class="table-foot"><Button label=t::notifications::more class="btn-sm" busy=list.loading_more on_click=move |_| list.more()/></p></Show>
        </div>
    }
    .into_any()
}

/// What the other side did on matters and one has not looked at (spec B03).
#[component]
fn OtherSide(open: RwSignal<bool>) -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let go = StoredValue::new_local(use_navigate());
    let all = load(move || api.matter_news());
    let title = if session.is_attorney() {
        t::notifications::from_agency()
    } else {
        t::notifications::from_attorneys()
    };
    let row = move |item: News| {
        let href = format!("/accounts/{}?tab=notes", item.account_id);
        let follow = move |_| {
            open.set(false);
            go.with_value(|go| go(&href, Default::default()));
        };
        let about = item.by.map_or(item.account_reference.clone(), |by| {
            format!("{} · {by}", item.account_reference)
        });
        view! {
            <li><button type="button" class="menu-item" on:click=follow>
                <span class="bell-dot"><span class="sr">{t::notifications::unread}</span></span>
                <b>{item.account_name}</b><small>{about}</small>
                <small>{item.what.map(|what| format!("{} · ", step(what)))}{format::ago(item.at)}</small>
            </button></li>
        }
    };
    let every = move |_| {
        open.set(false);
        go.with_value(|go| go("/handovers?show=unseen", Default::default()));
    };
    move || {
        if all.problem.with(Option::is_some) {
            return Some(view! { <p class="menu-note" role="alert">{t::notifications::news_failed}</p> }.into_any());
        }
        all.get().filter(|all| !all.is_empty()).map(|all| {
            view! {
                <div class="bell-head"><h3>{title}</h3></div>
                <ul>{all.into_iter().map(row).collect_view()}</ul>
                <p class="table-foot"><Button label=t::notifications::all_news class="btn-sm" on_click=every/></p>
            }
            .into_any()
        })
    }
}
