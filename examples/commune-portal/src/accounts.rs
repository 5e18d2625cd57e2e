//! Who is at the other end: sessions of browsers, and the staff of the commune with their roles. The portal's own tables.

mod invitation;
mod postgres;
mod session;
mod sqlite;
mod staff;
mod store;

pub(crate) use self::{
    invitation::{Invitation, OneTimeCode},
    postgres::PostgresAccounts,
    session::{Person, Session},
    sqlite::SqliteAccounts,
    staff::{Role, Staff, StaffId},
    store::{FileAccess, PortalStore},
};
