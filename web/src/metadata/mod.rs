//! Fields of one's own: the schema page, what stands in the fields of a thing, and all that is known further of a customer.

mod api;
mod card;
mod field_form;
mod more;
mod schema;
mod unmapped;
mod values;
mod words;

pub use card::MetadataCard;
pub use more::{MoreInfoButton, MoreInfoDrawer, group_title};
pub use schema::MetadataPage;
pub use words::{entity_words, field_label, value_view};
