//! Undoing one line, and a whole statement.

use crate::kernel::{
    Load,
    act::Act,
    api::{new_key, use_api},
    format,
    i18n::t::bank_statements as t,
};
use crate::ui::{Button, ButtonKind, Dialog, ProblemNote, TextArea, use_toasts};
use kept_shared::bank_statements::{BankLine, BankStatement, UndoLine, UndoStatement};
use kept_shared::ids::BankLineId;
use leptos::prelude::*;

/// Undoing what one line posted.
#[component]
pub(super) fn UndoLineDialog(
    line: BankLineId,
    chosen: RwSignal<Option<BankLineId>>,
    on_done: Callback<()>,
) -> impl IntoView {
    let (api, toasts, act) = (use_api(), use_toasts(), Act::new());
    let (open, reason) = (RwSignal::new(true), RwSignal::new(String::new()));
    Effect::new(move |_| {
        if !open.get() {
            chosen.set(None);
        }
    });
    let send = move |_| {
        let order = UndoLine {
            reason: reason.get_untracked(),
        };
        if !crate::kernel::act::acceptable(act, order.flaws()) {
            return;
        }
        let key = new_key();
        act.run(
            async move {
                api.post::<BankLine>(&format!("/bank-lines/{line}/undo"), &order, &key)
                    .await
            },
            move |_| {
                open.set(false);
                toasts.good(t::undo_line_toast());
                on_done.run(());
            },
        );
    };
    view! {
        <Dialog open title=t::undo_line_title class="dialog-narrow" locked=act.busy()>
            <div class="dialog-main">
                <div class="dialog-body stack-4">
                    <p class="lead">{t::undo_line_text}</p>
                    <TextArea label=t::undo_reason value=reason rows=2 maxlength=200 required=true problem=act.problem() pointer="/reason"/>
                    <ProblemNote problem=act.problem()/>
                </div>
                <div class="dialog-foot">
                    <Button label=t::cancel disabled=act.busy() on_click=move |_| open.set(false)/>
                    <Button label=t::undo_line busy=act.busy() kind=ButtonKind::Danger on_click=send/>
                </div>
            </div>
        </Dialog>
    }
    .into_any()
}

/// Undoing everything a statement posted.
#[component]
pub(super) fn UndoDialog(open: RwSignal<bool>, path: String, statement: Load<BankStatement>) -> impl IntoView {
    let (api, toasts, act) = (use_api(), use_toasts(), Act::new());
    let reason = RwSignal::new(String::new());
    let path = StoredValue::new(path);
    let send = move |_| {
        let (path, key) = (path.get_value(), new_key());
        let order = UndoStatement {
            reason: reason.get_untracked(),
        };
        if !crate::kernel::act::acceptable(act, order.flaws()) {
            return;
        }
        act.run(
            async move { api.post::<BankStatement>(&path, &order, &key).await },
            move |s| {
                open.set(false);
                statement.set(s);
                toasts.good(t::undone_toast());
            },
        );
    };
    view! {
        <Dialog open title=t::undo_title class="dialog-narrow" locked=act.busy()>
            <div class="dialog-main">
                <div class="dialog-body">
                    <p class="lead">{move || statement.get().map(|s| t::undo_text(format::count(s.progress.confirmed as usize), format::money(s.confirmed)))}</p>
                    <TextArea label=t::undo_reason value=reason rows=2 maxlength=200 required=true problem=act.problem() pointer="/reason"/>
                    <ProblemNote problem=act.problem()/>
                </div>
                <div class="dialog-foot">
                    <Button label=t::cancel disabled=act.busy() on_click=move |_| open.set(false)/>
                    <Button label=t::undo busy=act.busy() kind=ButtonKind::Danger on_click=send/>
                </div>
            </div>
        </Dialog>
    }
    .into_any()
}
