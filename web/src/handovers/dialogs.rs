//! Recall, return and decline: why, in a word and in words.

use crate::kernel::{
    api::use_api,
    i18n::{problem_text, t},
};
use crate::notes::{close_words, reason_words};
use crate::ui::{Button, ButtonKind, Callout, Dialog, Select, TextArea, use_toasts};
use kept_shared::{
    handovers::*,
    problem::{Code, Problem},
};
use leptos::prelude::*;

/// Which way a matter ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Recall,
    Return,
    Decline,
}

fn reasons(end: End) -> Vec<(String, String)> {
    let pair = |text: &'static str, words: String| (text.to_owned(), words);
    match end {
        End::Recall => RecallReason::ALL
            .iter()
            .map(|r| pair(r.as_str(), reason_words(r.as_str())))
            .collect(),
        End::Decline => DeclineReason::ALL
            .iter()
            .map(|r| pair(r.as_str(), reason_words(r.as_str())))
            .collect(),
        End::Return => CloseCode::ALL
            .iter()
            .map(|c| pair(c.as_str(), close_words(*c).to_owned()))
            .collect(),
    }
}

/// Asks why and does it. `on_done` is called after the server agreed.
#[component]
pub fn EndDialog(open: RwSignal<bool>, end: End, matter: Handover, on_done: Callback<()>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let why = RwSignal::new(String::new());
    let note = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<Problem>);
    let busy = RwSignal::new(false);
    let (id, version) = (matter.id, matter.version);
    let (title, text, deed, done) = match end {
        End::Recall => (
            t::handovers::recall_title(&matter.reference),
            t::handovers::recall_text(&matter.attorney.name),
            t::handovers::recall(),
            t::handovers::recalled_toast(),
        ),
        End::Return => (
            t::handovers::return_title(&matter.reference),
            t::handovers::return_text().to_owned(),
            t::handovers::give_back(),
            t::handovers::returned_toast(),
        ),
        End::Decline => (
            t::handovers::decline_title(&matter.reference),
            t::handovers::decline_text().to_owned(),
            t::handovers::decline(),
            t::handovers::declined_toast(),
        ),
    };
    let required = move || Problem::of(Code::NotAcceptable).at("/why", "required");
    let send = move || {
        let words = Some(note.get_untracked().trim().to_owned()).filter(|n| !n.is_empty());
        let chosen = why.get_untracked();
        problem.set(None);
        let answer = async move {
            match end {
                End::Recall => {
                    let reason = chosen.parse().map_err(|_| required())?;
                    let body = RecallHandover { reason, note: words };
                    check(body.flaws())?;
                    api.recall_handover(id, version, &body).await
                }
                End::Return => {
                    let close_code = chosen.parse().map_err(|_| required())?;
                    let body = ReturnHandover {
                        close_code,
                        note: words,
                    };
                    check(body.flaws())?;
                    api.return_handover(id, version, &body).await
                }
                End::Decline => {
                    let reason = chosen.parse().map_err(|_| required())?;
                    let body = DeclineHandover { reason, note: words };
                    check(body.flaws())?;
                    api.decline_handover(id, version, &body).await
                }
            }
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let answer = answer.await;
            let _gone = busy.try_set(false);
            match answer {
                Ok(_) => {
                    open.set(false);
                    toasts.good(done);
                    on_done.run(());
                }
                Err(p) => {
                    let _gone = problem.try_set(Some(p));
                }
            }
        });
    };
    let options = Signal::derive(move || reasons(end));
    let text = StoredValue::new(text);
    view! {
        <Dialog open title class="dialog-narrow" locked=busy>
            <div class="dialog-main">
                <div class="dialog-body">
                    <p class="lead">{text.get_value()}</p>
                    <Select label=t::handovers::why value=why options empty=t::handovers::choose required=true problem=problem pointer="/why"/>
                    <TextArea label=t::handovers::more_words value=note maxlength=MAX_REASON as u32 rows=3 problem=problem pointer="/note"/>
                    {move || problem.get().filter(|p| p.errors.is_empty()).map(|p| view! { <Callout tone="bad"><p>{problem_text(&p)}</p></Callout> })}
                </div>
                <div class="dialog-foot">
                    <Button label=t::handovers::cancel disabled=busy on_click=move |_| open.set(false)/>
                    <Button label=deed busy kind=ButtonKind::Danger on_click=move |_| send()/>
                </div>
            </div>
        </Dialog>
    }
    .into_any()
}

fn check(flaws: kept_shared::flaws::Flaws) -> Result<(), Problem> {
    if flaws.is_empty() {
        Ok(())
    } else {
        Err(Problem::of(Code::NotAcceptable).with_errors(flaws.0))
    }
}
