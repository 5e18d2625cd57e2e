//! What stands before every page: headers, cookies, tokens of forms, limits.

mod cookie;
mod headers;
mod rate;
mod token;

pub(crate) use self::{
    cookie::{Cookies, cookie_of},
    headers::security_headers,
    rate::RateLimiter,
    token::{Secret, SecretHash},
};

/// The largest form, in bytes.
pub(crate) const FORM_LIMIT: usize = 256 * 1024;
/// The largest statement file, in bytes.
pub(crate) const UPLOAD_LIMIT: usize = 4 * 1024 * 1024;
