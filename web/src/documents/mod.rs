//! Documents of communities (spec J02, J03): folders on the left, documents on the right.

mod page;

pub use page::DocumentsPage;
