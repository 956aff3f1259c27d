//! The states every page has besides its content: loading, empty, problem, not allowed.

use super::{button::Button, panel::Callout, small::Icon};
use crate::kernel::i18n::{flaw_text, problem_text, t};
use kept_shared::problem::{Code, FieldProblem, Problem};
use leptos::{html, prelude::*, text_prop::TextProp};

/// What a page's skeleton stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SkeletonKind {
    /// Rows of a table.
    #[default]
    Table,
    /// Figures in a row.
    Tiles,
    /// Text.
    Lines,
    /// A form or a card.
    Card,
}

/// Grey shapes while something loads, and a word for screen readers.
#[component]
pub fn Loading(#[prop(optional)] kind: SkeletonKind, #[prop(default = 8)] rows: usize) -> impl IntoView {
    let bars = |n: usize, class: &'static str| {
        (0..n)
            .map(|_| view! { <span class=format!("skeleton {class}")></span> })
            .collect_view()
    };
    let shapes = match kind {
        SkeletonKind::Table => view! {
            <div class="card skeleton-table">{(0..rows).map(|_| view! { <div class="skeleton-row">{bars(4, "")}</div> }).collect_view()}</div>
        }
        .into_any(),
        SkeletonKind::Tiles => view! { <div class="tiles">{bars(rows.min(6), "skeleton-tile")}</div> }.into_any(),
        SkeletonKind::Lines => view! { <div>{bars(rows, "skeleton-line")}</div> }.into_any(),
        SkeletonKind::Card => view! { <div class="card"><div class="card-body">{bars(rows, "skeleton-line")}</div></div> }.into_any(),
    };
    view! { <div role="status" aria-busy="true"><span class="sr">{t::ui::loading}</span><div aria-hidden="true">{shapes}</div></div> }.into_any()
}

/// Nothing here yet, and what to do about it. The children are buttons or links.
#[component]
pub fn Empty(
    #[prop(into)] title: TextProp,
    #[prop(optional, into)] text: Option<TextProp>,
    #[prop(default = "inbox")] icon: &'static str,
    #[prop(optional)] class: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=format!("empty {class}")>
            <span class="empty-mark"><Icon name=icon size=22/></span>
            <h2>{move || title.get()}</h2>
            {text.map(|text| view! { <p>{move || text.get()}</p> })}
            {children.map(|children| view! { <div class="row wrap">{children()}</div> })}
        </div>
    }
    .into_any()
}

/// A whole page or panel that could not be loaded. Says what happened, offers to try again where that can help, and names the
/// reference that support asks for. A missing permission gets its own words.
#[component]
pub fn ProblemPanel(
    #[prop(into)] problem: Signal<Problem>,
    #[prop(optional, into)] retry: Option<Callback<()>>,
) -> impl IntoView {
    move || {
        let problem = problem.get();
        if problem.is(Code::PermissionMissing) {
            return view! { <NoPermission/> }.into_any();
        }
        let wrong_way = is_days_wrong_way(&problem);
        let pointless = problem.is(Code::NotFound) || wrong_way;
        view! {
            <div class="empty empty-bad" role="alert">
                <span class="empty-mark"><Icon name="circle-alert" size=22/></span>
                <h2>{if wrong_way { t::ui::days_title() } else { t::ui::error_title() }}</h2>
                <p>{if wrong_way { t::ui::days_text().to_owned() } else { problem_text(&problem) }}</p>
                {problem.detail.clone().map(|detail| view! { <p>{detail}</p> })}
                {problem.instance.clone().map(|reference| view! { <p class="faint"><small>{t::ui::error_reference(reference)}</small></p> })}
                {retry.filter(|_| !pointless).map(|retry| view! {
                    <div class="row"><Button label=t::ui::retry icon="refresh-cw" on_click=move |_| retry.run(())/></div>
                })}
            </div>
        }
        .into_any()
    }
}

/// The days of a filter end before they begin.
fn is_days_wrong_way(problem: &Problem) -> bool {
    problem.is(Code::QueryMalformed) && problem.errors.iter().any(|e| e.code == "after_the_end")
}

/// The page exists, but not for this person.
#[component]
pub fn NoPermission() -> impl IntoView {
    view! { <Empty title=t::ui::no_permission_title text=t::ui::no_permission_text icon="lock"/> }
}

/// Whether a field on the page shows the flaw.
fn has_field(flaw: &FieldProblem) -> bool {
    let field = format!("[data-pointer=\"{}\"]", flaw.pointer.replace(['"', '\\'], ""));
    document().query_selector(&field).ok().flatten().is_some()
}

/// What went wrong with a form, above its buttons. Flaws that no field on the page shows are listed here.
#[component]
pub fn ProblemNote(#[prop(into)] problem: Signal<Option<Problem>>) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    let mended = RwSignal::new(false);
    Effect::new(move |_| {
        problem.with(|_| ());
        mended.set(false);
    });
    // Whatever it said of the fields is said no longer: every field it named was changed since.
    let look = move || {
        request_animation_frame(move || {
            let marked = place
                .try_get_untracked()
                .flatten()
                .and_then(|p| p.closest("form, dialog, .page").ok().flatten())
                .is_some_and(|form| matches!(form.query_selector(".field.invalid"), Ok(Some(_))));
            let at_fields = problem.try_with_untracked(|p| {
                p.as_ref()
                    .is_some_and(|p| !p.errors.is_empty() && p.errors.iter().all(has_field))
            });
            if at_fields == Some(true) && !marked {
                let _gone = mended.try_set(true);
            }
        });
    };
    for event in ["input", "change"] {
        let heard = window_event_listener_untyped(event, move |_| look());
        on_cleanup(move || heard.remove());
    }
    // Not left under the buttons that stick to the foot of the window, nor out of view.
    Effect::new(move |_| {
        if let Some(element) = place.get() {
            element.scroll_into_view_with_bool(false);
        }
    });
    move || {
        problem.get().filter(|_| !mended.get()).map(|problem| {
            let homeless: Vec<_> = problem
                .errors
                .iter()
                .filter(|flaw| !has_field(flaw))
                .map(|flaw| view! { <li>{flaw.pointer.trim_start_matches(['/', '?']).replace(['/', '_'], " ")}": "{flaw_text(flaw)}</li> })
                .collect();
            view! {
                <div node_ref=place class="problem-note">
                    <Callout tone="bad">
                        <p>{problem_text(&problem)}</p>
                        {problem.detail.clone().map(|detail| view! { <p>{detail}</p> })}
                        <ul>{homeless}</ul>
                    </Callout>
                </div>
            }
        })
    }
}
