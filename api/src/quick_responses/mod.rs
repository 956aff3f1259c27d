//! Quick responses: standard texts for notes, of the organisation or of one community, in the order managers give them
//! (spec I05). Managing them needs `quick-responses:edit`; agents get them with the choices of a note, attorneys never.

mod actions;
mod entity;
mod queries;
mod routes;

pub use queries::offered;
pub use routes::routes;
