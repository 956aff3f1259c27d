//! Views people keep of a list (spec F11): one's own, and those a manager shares with the organisation. Attorneys and
//! trustees are not of the house: they keep their own and see no shared ones, since a name or a search may say too much.

mod actions;
mod entity;
mod queries;
mod routes;

pub use routes::routes;
