use crate::{
    kernel::{act::Act, api::use_api, i18n::t, use_session},
    ui::{
        Button, ButtonKind, Dialog, Icon, PasswordInput, Pill, ProblemNote, Section, SubmitButton, TextInput,
        use_toasts,
    },
};
use kept_shared::sign_in::TotpEnrolment;
use leptos::{ev, prelude::*};

/// Off, being set up, or on.
#[component]
pub fn SecondFactor() -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let enrolment = RwSignal::new(None::<TotpEnrolment>);
    let (begin, removing) = (Act::new(), RwSignal::new(false));
    let on = move || session.me().is_some_and(|me| me.totp_enabled);
    let set_up = move |_| begin.run(api.enrol_totp(), move |new| enrolment.set(Some(new)));
    view! {
        <Section title=t::profile::second text=t::profile::second_text>
            {move || match (on(), enrolment.get()) {
                (true, _) => view! {
                    <div class="row wrap">
                        <Pill tone="good" label=t::profile::second_on/>
                        <Button label=t::profile::turn_off on_click=move |_| removing.set(true)/>
                    </div>
                }
                .into_any(),
                (false, None) => view! {
                    <div class="row wrap">
                        <Pill tone="neutral" label=t::profile::second_off/>
                        <Button label=t::profile::set_up icon="shield-check" busy=begin.busy() on_click=set_up/>
                    </div>
                    <ProblemNote problem=begin.problem()/>
                }
                .into_any(),
                (false, Some(new)) => view! { <Enrol new enrolment/> }.into_any(),
            }}
            <Remove open=removing/>
        </Section>
    }
}

/// The modules of a QR code as one path, with the quiet zone around it.
fn qr_path(rows: &[String]) -> String {
    let mut path = String::new();
    for (y, row) in rows.iter().enumerate() {
        for (x, module) in row.bytes().enumerate() {
            if module == b'1' {
                path.push_str(&format!("M{} {}h1v1h-1z", x + 4, y + 4));
            }
        }
    }
    path
}

#[component]
fn Enrol(new: TotpEnrolment, enrolment: RwSignal<Option<TotpEnrolment>>) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let code = RwSignal::new(String::new());
    let confirm = Act::new();
    let send = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let work = async move { api.confirm_totp(&code.get_untracked()).await };
        confirm.run(work, move |me| {
            enrolment.set(None);
            session.set_me(me);
            toasts.good(t::profile::turned_on());
        });
    };
    let secret = new.secret.clone();
    let copy = move |_| {
        let _permission_pending = window().navigator().clipboard().write_text(&secret);
        toasts.good(t::profile::copied());
    };
    // In fours, as people read it out.
    let shown = new
        .secret
        .as_bytes()
        .chunks(4)
        .map(|c| String::from_utf8_lossy(c).into_owned())
        .collect::<Vec<_>>()
        .join(" ");
    let size = new.qr.len() + 8;
    view! {
        <div class="totp">
            <p class="soft">{t::profile::scan}</p>
            <div class="qr" role="img" aria-label=t::profile::qr>
                <svg viewBox=format!("0 0 {size} {size}") shape-rendering="crispEdges" aria-hidden="true"><path d=qr_path(&new.qr)></path></svg>
            </div>
            <div class="totp-side">
                <p><a href=new.uri.clone()><Icon name="smartphone"/>" "{t::profile::open_link}</a></p>
                <p class="soft">{t::profile::or_type}</p>
                <p class="totp-key">{shown}</p>
                <Button label=t::profile::copy icon="copy" class="btn-sm" on_click=copy/>
            </div>
            <form on:submit=send>
                <TextInput label=t::profile::code value=code autocomplete="one-time-code" inputmode="numeric" maxlength=7 required=true input_class="code-input" problem=confirm.problem() pointer="/code"/>
                <div class="row">
                    <SubmitButton label=t::profile::confirm busy=confirm.busy()/>
                    <Button label=t::ui::cancel kind=ButtonKind::Ghost on_click=move |_| enrolment.set(None)/>
                </div>
            </form>
        </div>
    }
}

#[component]
fn Remove(open: RwSignal<bool>) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let password = RwSignal::new(String::new());
    let remove = Act::new();
    let problem = remove.problem();
    let send = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let work = async move {
            let answer = api.remove_totp(&password.get_untracked()).await;
            // Right or wrong, a password does not stay on the screen.
            let _gone = password.try_set(String::new());
            answer
        };
        remove.run(work, move |me| {
            open.set(false);
            session.set_me(me);
            toasts.good(t::profile::turned_off());
        });
    };
    view! {
        <Dialog open title=t::profile::turn_off_title class="dialog-narrow" locked=remove.busy()>
            <form class="dialog-main" on:submit=send>
                <div class="dialog-body">
                    <p>{t::profile::turn_off_text}</p>
                    <PasswordInput label=t::profile::current_password value=password autocomplete="current-password" problem pointer="/password" autofocus=true/>
                    {move || problem.with(|p| p.as_ref().is_some_and(|p| p.errors.is_empty())).then(|| view! { <ProblemNote problem/> })}
                </div>
                <div class="dialog-foot">
                    <Button label=t::ui::cancel on_click=move |_| open.set(false)/>
                    <SubmitButton label=t::profile::turn_off kind=ButtonKind::Danger busy=remove.busy()/>
                </div>
            </form>
        </Dialog>
    }
}
