//! Time zones as the browser knows them.

use crate::kernel::day::today_here;
use chrono::NaiveDate;
use leptos::prelude::Signal;
use wasm_bindgen::{JsCast, JsValue};

/// IANA names of the zones this browser knows, sorted; empty where it cannot say.
pub fn known() -> Vec<String> {
    let get = |from: &JsValue, name: &str| js_sys::Reflect::get(from, &name.into()).ok();
    let names = get(&js_sys::global(), "Intl").and_then(|intl| {
        let list: js_sys::Function = get(&intl, "supportedValuesOf")?.dyn_into().ok()?;
        list.call1(&intl, &"timeZone".into()).ok()
    });
    let names: Option<js_sys::Array> = names.and_then(|names| names.dyn_into().ok());
    names
        .map(|names| names.iter().filter_map(|name| name.as_string()).collect())
        .unwrap_or_default()
}

/// The zones as choices of a select, `own` among them in any case.
pub fn choices(own: String) -> Signal<Vec<(String, String)>> {
    Signal::derive(move || {
        let mut zones = known();
        if !zones.contains(&own) {
            zones.insert(0, own.clone());
        }
        zones.into_iter().map(|z| (z.clone(), z.replace('_', " "))).collect()
    })
}

/// Date and time of day (`14:05`) in a zone now; `None` for a zone the browser does not know.
pub fn now_in(time_zone: &str) -> Option<(NaiveDate, String)> {
    let date = js_sys::Date::new_0();
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"timeZone".into(), &time_zone.into()).ok()?;
    let write: js_sys::Function = js_sys::Reflect::get(&date, &"toLocaleString".into())
        .ok()?
        .dyn_into()
        .ok()?;
    // Sweden writes 2026-11-22 14:05:09.
    let text = write.call2(&date, &"sv-SE".into(), &options).ok()?.as_string()?;
    let (day, time) = text.split_once(' ')?;
    Some((day.parse().ok()?, time.get(..5)?.to_owned()))
}

/// Today in a zone, today here where the browser does not know the zone.
pub fn today_in(time_zone: &str) -> NaiveDate {
    now_in(time_zone).map_or_else(today_here, |(day, _)| day)
}
