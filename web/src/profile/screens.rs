//! How one wants the screens, on every device.

use crate::communities::zone;
use crate::kernel::act::Act;
use crate::kernel::{api::use_api, i18n::t, use_session};
use crate::ui::{Checkbox, ProblemNote, Section, Select, SubmitButton, use_toasts};
use kept_shared::users::{Density, Me, Theme, UserSettings};
use leptos::{ev, prelude::*};

/// Theme, height of rows, time zone, and what the bell counts.
#[component]
pub fn Screens(me: Me) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let save = Act::new();
    let known = me.settings;
    let theme = RwSignal::new(known.theme.map(|x| x.as_str().to_owned()).unwrap_or_default());
    let density = RwSignal::new(known.density.map(|x| x.as_str().to_owned()).unwrap_or_default());
    let time_zone = RwSignal::new(known.time_zone.clone().unwrap_or_default());
    let counts_news = RwSignal::new(!known.is_news_muted);
    let pairs = |all: Vec<(&'static str, &'static str)>| {
        Signal::stored(
            all.into_iter()
                .map(|(v, l)| (v.to_owned(), l.to_owned()))
                .collect::<Vec<_>>(),
        )
    };
    let themes = pairs(vec![
        (Theme::System.as_str(), t::shell::system()),
        (Theme::Light.as_str(), t::shell::light()),
        (Theme::Dark.as_str(), t::shell::dark()),
    ]);
    let rows = pairs(vec![
        (Density::Compact.as_str(), t::shell::compact()),
        (Density::Comfortable.as_str(), t::shell::comfortable()),
    ]);
    let zones = zone::choices(known.time_zone.unwrap_or_else(|| me.organisation.time_zone.clone()));
    let send = move |e: ev::SubmitEvent| {
        e.prevent_default();
        let new = UserSettings {
            theme: theme.with_untracked(|x| x.parse().ok()),
            density: density.with_untracked(|x| x.parse().ok()),
            time_zone: Some(time_zone.get_untracked()).filter(|z| !z.is_empty()),
            is_news_muted: !counts_news.get_untracked(),
        };
        let work = async move {
            // Other parts of this page raise the version too, so it is asked for now.
            let now = api.me().await?;
            api.change_own_settings(now.version, &new).await
        };
        save.run(work, move |changed| {
            session.set_me(changed.value);
            toasts.good(t::profile::screens_saved());
        });
    };
    view! {
        <Section title=t::profile::screens text=t::profile::screens_text>
            <form on:submit=send>
                <div class="form-grid">
                    <Select label=t::shell::theme value=theme options=themes empty=t::profile::as_device problem=save.problem() pointer="/theme"/>
                    <Select label=t::shell::rows value=density options=rows empty=t::profile::as_device problem=save.problem() pointer="/density"/>
                    <Select label=t::profile::time_zone value=time_zone options=zones empty=t::profile::as_device problem=save.problem() pointer="/time_zone" hint=t::profile::time_zone_hint/>
                    <div class="span-all"><Checkbox label=t::profile::counts_news checked=counts_news hint=t::profile::counts_news_hint/></div>
                </div>
                <ProblemNote problem=save.problem()/>
                <div class="profile-foot"><SubmitButton label=t::profile::save busy=save.busy()/></div>
            </form>
        </Section>
    }
    .into_any()
}
