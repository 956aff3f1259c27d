//! Imports: a file is read, its layout detected, its columns mapped by a person, every row judged in a dry run, and
//! the acceptable rows written by a background job that survives being killed (spec X09, D16).

pub mod read;
pub mod rules;
