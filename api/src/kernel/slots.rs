//! One object per type and installation: where features keep caches of this process. A static would mix up the
//! installations that tests run side by side.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

#[derive(Default)]
pub(crate) struct Slots(RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl Slots {
    pub(crate) fn get<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let known = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&TypeId::of::<T>())
            .cloned();
        let any = known.unwrap_or_else(|| {
            let mut slots = self.0.write().unwrap_or_else(PoisonError::into_inner);
            slots
                .entry(TypeId::of::<T>())
                .or_insert_with(|| Arc::new(T::default()))
                .clone()
        });
        // The key is the value's own type, so the fallback is never taken.
        any.downcast::<T>().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};
    #[test]
    fn everybody_gets_the_same_object() {
        let slots = Slots::default();
        slots.get::<AtomicU32>().store(7, Ordering::Relaxed);
        assert_eq!(slots.get::<AtomicU32>().load(Ordering::Relaxed), 7);
        assert_eq!(Slots::default().get::<AtomicU32>().load(Ordering::Relaxed), 0);
    }
}
