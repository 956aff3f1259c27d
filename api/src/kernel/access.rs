//! The only door to the database in a handler: no permission, no transaction.

use super::{Kernel, Read, Request, Scope, Stop, Tx};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header, web};
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::future::BoxFuture;
use kept_shared::{
    ids::*,
    permission::{Permission, UserType},
    problem::{Code, Problem},
};
use std::{
    collections::BTreeSet,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    sync::{Arc, OnceLock},
};

/// Who is asking.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Absent for the system (jobs, operator commands).
    pub user_id: Option<UserId>,
    pub name: String,
    pub user_type: UserType,
    pub permissions: BTreeSet<Permission>,
    pub scope: Scope,
    pub session_id: Option<SessionId>,
    /// Signed in with a first password: nothing but changing it is open.
    pub must_change_password: bool,
    /// `ui`, `api` or the name of a job: where a change came from.
    pub origin: &'static str,
}

impl Caller {
    /// Start-up code, operator commands and jobs.
    pub(crate) fn system(scope: Scope, reason: &'static str) -> Arc<Self> {
        Arc::new(Self {
            user_id: None,
            name: "System".into(),
            user_type: UserType::Superuser,
            permissions: Permission::ALL.iter().copied().collect(),
            scope,
            session_id: None,
            must_change_password: false,
            origin: reason,
        })
    }
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }
    /// Errors: 403 without the permission.
    pub fn require(&self, permission: Permission) -> Result<(), Stop> {
        if self.may(permission) {
            Ok(())
        } else {
            Err(denied(permission))
        }
    }
    /// The user. Errors: internal, for the system.
    pub fn user(&self) -> Result<UserId, Stop> {
        self.user_id.ok_or_else(|| Stop::internal("no user in this scope"))
    }
    pub fn is_attorney(&self) -> bool {
        self.user_type == UserType::Attorney
    }
    /// Scope of idempotency keys.
    pub(crate) fn key(&self) -> String {
        self.user_id
            .map_or_else(|| format!("system:{}", self.origin), |id| id.to_string())
    }
}

fn denied(permission: Permission) -> Stop {
    let mut problem = Problem::of(Code::PermissionMissing);
    problem.detail = Some(permission.as_str().into());
    problem.into()
}

/// Turns a bearer token into a caller. Implemented by the sign-in feature, registered at start.
pub trait Authenticate: Send + Sync + 'static {
    /// Errors: 401 for a token that is forged, expired or revoked.
    fn authenticate<'a>(&'a self, kernel: &'a Arc<Kernel>, token: &'a str) -> BoxFuture<'a, Result<Arc<Caller>, Stop>>;
}

/// What an operation needs.
pub trait Needs: 'static {
    /// `None`: any signed-in user.
    const PERMISSION: Option<Permission>;
    /// Open even before a first password was changed.
    const BEFORE_PASSWORD_CHANGE: bool = false;
}

macro_rules! markers {
    ($($name:ident),+ $(,)?) => {
        /// One type per permission, for [`Access`].
        pub mod may {
            use super::{Needs, Permission};
            $(
                #[derive(Debug)] pub struct $name;
                impl Needs for $name { const PERMISSION: Option<Permission> = Some(Permission::$name); }
            )+
            /// Any signed-in user.
            #[derive(Debug)] pub struct SignedIn;
            impl Needs for SignedIn { const PERMISSION: Option<Permission> = None; }
            /// Any signed-in user, also one that has yet to change a first password.
            #[derive(Debug)] pub struct SignedInAtAll;
            impl Needs for SignedInAtAll {
                const PERMISSION: Option<Permission> = None;
                const BEFORE_PASSWORD_CHANGE: bool = true;
            }
        }
    };
}
markers! {
    ViewDashboard, ViewCommunities, CreateCommunities, EditCommunities, ViewUnits, CreateUnits, EditUnits, ViewAccounts,
    CreateAccounts, EditAccounts, EditContacts, EditExclusions, ViewBanking, EditBanking, ViewAgeAnalysis, ViewLedger, PostLedger, Export, ViewStatuses,
    ApplyStatuses, EditStatuses, ViewHandovers, CreateHandovers, EditHandovers, AnswerHandovers, ViewNotes, CreateNotes,
    ViewFiles, CreateFiles, EditFiles, ViewDocuments, EditDocuments, ViewImports, CreateImports, ViewUsers, CreateUsers, EditUsers, ViewSettings, EditSettings,
    ViewOutbox, ViewAudit, ApproveLedger, RecordPayments, Allocate, EditClaims, ViewBankStatements, CreateBankStatements,
    ViewLevies, EditLevies, RunLevies, RunReports, EditNotes, EditQuickResponses, EditMetadata, EditLayouts,
}

/// Opens when the caller is known and may. A handler's arguments are taken side by side and the first fault is the
/// answer; the others wait here, so that nobody is told what is wrong with a request he may not make.
#[derive(Clone)]
struct Gate(tokio::sync::watch::Receiver<bool>);

/// Waits for the [`Access`] of this request; at once where the operation takes none.
pub(crate) async fn passed(req: &HttpRequest) {
    let gate = req.extensions().get::<Gate>().cloned();
    if let Some(Gate(mut open)) = gate {
        // An error means that access was refused: then that is the answer, and nobody waits for this.
        let _refused = open.wait_for(|open| *open).await;
    }
}

/// Proof that the caller is signed in and may do `P`.
pub struct Access<P> {
    pub caller: Arc<Caller>,
    kernel: Arc<Kernel>,
    _needs: PhantomData<P>,
}

impl<P: Needs> FromRequest for Access<P> {
    type Error = Stop;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Stop>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let kernel = req.app_data::<web::Data<Kernel>>().map(|k| k.clone().into_inner());
        let authenticator = req
            .app_data::<web::Data<dyn Authenticate>>()
            .map(|a| a.clone().into_inner());
        let token = req
            .headers()
            .get(header::AUTHORIZATION)
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.strip_prefix("Bearer "))
            .map(str::to_owned);
        let (open, gate) = tokio::sync::watch::channel(false);
        req.extensions_mut().insert(Gate(gate));
        Box::pin(async move {
            let (Some(kernel), Some(authenticator)) = (kernel, authenticator) else {
                return Err(Stop::internal("the application is not wired"));
            };
            let token = token.ok_or_else(|| Stop::from(Code::Unauthenticated))?;
            let caller = authenticator.authenticate(&kernel, &token).await?;
            if caller.must_change_password && !P::BEFORE_PASSWORD_CHANGE {
                return Err(Code::PasswordChangeRequired.into());
            }
            if let Some(permission) = P::PERMISSION {
                caller.require(permission)?;
            }
            let _nobody_waits = open.send(true);
            Ok(Self {
                caller,
                kernel,
                _needs: PhantomData,
            })
        })
    }
}

/// What must have happened before a caller reads or writes rows of an organisation: figures that hold for a day only
/// are brought up to date. A feature registers it; the kernel has no word for it.
pub type BeforeUse = for<'a> fn(&'a Arc<Kernel>, OrganisationId) -> BoxFuture<'a, Result<(), Stop>>;
static BEFORE_USE: OnceLock<BeforeUse> = OnceLock::new();

/// Registers it; the first registration of the process counts.
pub fn before_use(what: BeforeUse) {
    BEFORE_USE.get_or_init(|| what);
}

impl<P> Access<P> {
    async fn prepare(&self) -> Result<(), Stop> {
        match (BEFORE_USE.get(), self.caller.scope.organisation_id()) {
            (Some(what), Some(organisation)) => what(&self.kernel, organisation).await,
            (None, _) | (_, None) => Ok(()),
        }
    }
    /// A snapshot to read from.
    pub async fn read(&self) -> Result<Read, Stop> {
        self.prepare().await?;
        Read::begin(self.kernel.clone(), self.caller.clone()).await
    }
    /// The write transaction. A known Idempotency-Key stops here with the stored answer.
    pub async fn write(&self, request: &Request) -> Result<Tx, Stop> {
        self.prepare().await?;
        Tx::begin(self.kernel.clone(), self.caller.clone(), request).await
    }
    pub fn now(&self) -> DateTime<Utc> {
        self.kernel.clock.now()
    }
    pub fn today(&self, time_zone: &str) -> NaiveDate {
        self.kernel.clock.today(time_zone)
    }
    pub fn kernel(&self) -> &Arc<Kernel> {
        &self.kernel
    }
}
