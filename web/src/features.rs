//! The list of features: where they appear in the menu. Their routes are listed in `app.rs`, one line each.

use crate::kernel::i18n::t;
use kept_shared::permission::{Permission, UserType};

/// One line of the side bar.
#[derive(Clone, Copy)]
pub struct NavItem {
    pub href: &'static str,
    pub icon: &'static str,
    pub label: fn() -> &'static str,
    pub permission: Permission,
    /// This one does as well.
    pub or: Option<Permission>,
    /// Shown to these types only; empty means everybody with the permission.
    pub only: &'static [UserType],
    pub not: &'static [UserType],
}

/// A group of the side bar.
pub struct NavGroup {
    pub label: fn() -> &'static str,
    pub items: &'static [NavItem],
}

/// A line for everybody with the permission.
pub const fn item(
    href: &'static str,
    icon: &'static str,
    label: fn() -> &'static str,
    permission: Permission,
) -> NavItem {
    NavItem {
        href,
        icon,
        label,
        permission,
        or: None,
        only: &[],
        not: &[],
    }
}

/// Not for attorneys and trustees, even with the permission.
pub const fn for_agents(item: NavItem) -> NavItem {
    NavItem {
        not: &[UserType::Attorney, UserType::Trustee],
        ..item
    }
}

/// The side bar. Nothing that is not built is listed.
pub const NAV: &[NavGroup] = &[
    NavGroup {
        label: t::shell::group_work,
        items: &[item(
            "/",
            "layout-dashboard",
            t::dashboard::title,
            Permission::ViewDashboard,
        )],
    },
    NavGroup {
        label: t::shell::group_customers,
        items: &[
            item(
                "/age-analysis",
                "table-2",
                t::ageing::title,
                Permission::ViewAgeAnalysis,
            ),
            item("/accounts", "users", t::accounts::title, Permission::ViewAccounts),
            item("/statements", "file-text", t::statements::title, Permission::ViewLedger),
            item(
                "/ledger-reports",
                "file-spreadsheet",
                t::ledger_reports::nav,
                Permission::RunReports,
            ),
            NavItem {
                not: &[UserType::Attorney],
                ..item(
                    "/statuses",
                    "list-checks",
                    t::statuses::manage_nav,
                    Permission::ApplyStatuses,
                )
            },
            NavItem {
                only: &[UserType::Attorney],
                ..item(
                    "/statuses",
                    "list-checks",
                    t::statuses::apply_title,
                    Permission::ApplyStatuses,
                )
            },
        ],
    },
    NavGroup {
        label: t::shell::group_money,
        items: &[
            for_agents(item(
                "/bank-statements",
                "landmark",
                t::bank_statements::title,
                Permission::ViewBankStatements,
            )),
            for_agents(item(
                "/levies",
                "calendar-clock",
                t::levies::title,
                Permission::ViewLevies,
            )),
            for_agents(item(
                "/unallocated",
                "wallet",
                t::payments::unallocated,
                Permission::Allocate,
            )),
            for_agents(NavItem {
                or: Some(Permission::PostLedger),
                ..item(
                    "/approvals",
                    "shield-check",
                    t::postings::approvals,
                    Permission::ApproveLedger,
                )
            }),
        ],
    },
    NavGroup {
        label: t::shell::group_book,
        items: &[
            item("/imports", "upload", t::imports::title, Permission::ViewImports),
            for_agents(item(
                "/communities",
                "building-2",
                t::communities::title,
                Permission::ViewCommunities,
            )),
            item("/units", "home", t::units::title, Permission::ViewUnits),
            item(
                "/documents",
                "folder-open",
                t::documents::title,
                Permission::ViewDocuments,
            ),
            for_agents(item(
                "/customer-groups",
                "tags",
                t::customer_groups::title,
                Permission::ViewAccounts,
            )),
        ],
    },
    NavGroup {
        label: t::shell::group_legal,
        items: &[
            NavItem {
                not: &[UserType::Attorney],
                ..item(
                    "/handovers",
                    "handshake",
                    t::handovers::title,
                    Permission::ViewHandovers,
                )
            },
            NavItem {
                only: &[UserType::Attorney],
                ..item(
                    "/handovers",
                    "handshake",
                    t::handovers::title_attorney,
                    Permission::ViewHandovers,
                )
            },
        ],
    },
    NavGroup {
        label: t::shell::group_settings,
        items: &[
            for_agents(item(
                "/settings/organisation",
                "settings",
                t::settings::title,
                Permission::ViewSettings,
            )),
            item("/users", "users", t::users::title, Permission::ViewUsers),
            item(
                "/permission-groups",
                "shield-check",
                t::permission_groups::title,
                Permission::ViewUsers,
            ),
            item("/inbox", "mail", t::inbox::title, Permission::ViewOutbox),
            NavItem {
                not: &[UserType::Attorney],
                ..item(
                    "/settings/statuses",
                    "tags",
                    t::statuses::catalogue_title,
                    Permission::ViewStatuses,
                )
            },
            for_agents(item(
                "/settings/metadata",
                "columns-3",
                t::metadata::title,
                Permission::EditMetadata,
            )),
            for_agents(item(
                "/settings/quick-responses",
                "message-square",
                t::quick_responses::title,
                Permission::EditQuickResponses,
            )),
        ],
    },
];
