//! The list of features: what they serve and what they do in the background.

use crate::kernel::{Authenticate, JobKind, jobs::Chore};
use crate::{accounts, ageing, communities, customer_groups, imports, ledger, mail, sign_in, units, users};
use crate::{bank_statements, levies, unit_figures};
use crate::{batches, dashboard, diary, files, handovers, history, notes, settings, statuses};
use crate::{ledger_reports, logos, notifications, statements};
use std::sync::Arc;
use utoipa_actix_web::service_config::ServiceConfig;

/// Operations below /api/v1.
pub fn routes(cfg: &mut ServiceConfig<'_>) {
    accounts::routes(cfg);
    ageing::routes(cfg);
    mail::routes(cfg);
    sign_in::routes(cfg);
    users::routes(cfg);
    communities::routes(cfg);
    customer_groups::routes(cfg);
    batches::routes(cfg);
    dashboard::routes(cfg);
    diary::routes(cfg);
    files::routes(cfg);
    crate::documents::routes(cfg);
    handovers::routes(cfg);
    history::routes(cfg);
    notes::routes(cfg);
    settings::routes(cfg);
    statuses::routes(cfg);
    ledger::routes(cfg);
    levies::routes(cfg);
    unit_figures::routes(cfg);
    crate::journal::routes(cfg);
    crate::payments::routes(cfg);
    crate::claims::routes(cfg);
    crate::postings::routes(cfg);
    units::routes(cfg);
    crate::unit_sheet::routes(cfg);
    crate::banking::routes(cfg);
    crate::communication::routes(cfg);
    imports::routes(cfg);
    ledger_reports::routes(cfg);
    logos::routes(cfg);
    notifications::routes(cfg);
    statements::routes(cfg);
    crate::saved_views::routes(cfg);
    crate::search::routes(cfg);
    crate::quick_responses::routes(cfg);
    crate::metadata::routes(cfg);
    crate::layouts::routes(cfg);
    bank_statements::routes(cfg);
}

/// Operations at the root, outside /api/v1.
pub fn root(cfg: &mut ServiceConfig<'_>) {
    sign_in::root(cfg);
}

/// Background jobs.
pub fn jobs() -> Vec<JobKind> {
    let mut all = vec![JobKind::of::<mail::SendMail>()];
    all.extend(statuses::jobs());
    all.extend(files::jobs());
    all.extend(ageing::jobs());
    all.extend(imports::jobs());
    all.extend(levies::jobs());
    all.extend(ledger_reports::jobs());
    all.extend(bank_statements::jobs());
    all.extend(crate::metadata::jobs());
    all
}

/// What workers look after now and then.
pub fn chores() -> Vec<Chore> {
    files::chores()
}

/// Who turns bearer tokens into callers.
pub fn authenticator() -> Arc<dyn Authenticate> {
    Arc::new(sign_in::AccessTokens)
}
