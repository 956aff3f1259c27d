//! Steps running in this process: how far they are and whether somebody wants them to stop. A step in one transaction
//! cannot say so through the database, and on SQLite nobody else can write meanwhile.

use kept_shared::ids::ImportId;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

#[derive(Debug, Default)]
struct Step {
    done: AtomicU32,
    cancelled: AtomicBool,
}

static STEPS: LazyLock<Mutex<HashMap<ImportId, Arc<Step>>>> = LazyLock::new(Mutex::default);

fn steps() -> MutexGuard<'static, HashMap<ImportId, Arc<Step>>> {
    STEPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running step; forgotten when dropped.
#[derive(Debug)]
pub struct Live {
    import: ImportId,
    step: Arc<Step>,
}

impl Live {
    pub fn start(import: ImportId) -> Self {
        let step = Arc::new(Step::default());
        steps().insert(import, step.clone());
        Self { import, step }
    }
    pub fn set_done(&self, rows: u32) {
        self.step.done.store(rows, Ordering::Relaxed);
    }
    pub fn is_cancelled(&self) -> bool {
        self.step.cancelled.load(Ordering::Relaxed)
    }
}
impl Drop for Live {
    fn drop(&mut self) {
        steps().remove(&self.import);
    }
}

/// Rows done by the step running here, if one does.
pub fn done(import: ImportId) -> Option<u32> {
    steps().get(&import).map(|step| step.done.load(Ordering::Relaxed))
}

/// Asks the step running here, if one does, to stop.
pub fn cancel(import: ImportId) {
    if let Some(step) = steps().get(&import) {
        step.cancelled.store(true, Ordering::Relaxed);
    }
}
