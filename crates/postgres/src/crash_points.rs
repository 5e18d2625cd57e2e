//! Points at which a test can end the process, to see that nothing is lost and nothing doubled.
//!
//! `COMMUNES_CRASH_AT=commit-written:3` aborts the process when it comes by that point for the third time. This proves that the
//! death of the process does no harm; it proves nothing about the loss of power, which only the disk can keep its word on.

/// Every point, in the order in which a program passes them.
#[cfg(feature = "crash-points")]
pub const ALL: &[&str] =
    &["migration-applied", "migration-done", "group-read", "group-settled", "group-written", "group-committed"];

/// Ends the process here, if the environment says so.
#[cfg(feature = "crash-points")]
pub(crate) fn pass(point: &'static str) {
    use std::sync::atomic::Ordering;

    debug_assert!(ALL.contains(&point), "{point} is missing in the list");
    if let Some((name, left)) = armed()
        && name == point
        && left.fetch_sub(1, Ordering::SeqCst) == 1
    {
        std::process::abort();
    }
}

#[cfg(not(feature = "crash-points"))]
pub(crate) fn pass(_point: &'static str) {}

/// Whether the process is to be ended somewhere: then what else goes out at one go is sent apart, so that there are points between.
#[cfg(feature = "crash-points")]
pub(crate) fn is_armed() -> bool {
    armed().is_some()
}

#[cfg(not(feature = "crash-points"))]
pub(crate) fn is_armed() -> bool {
    false
}

#[cfg(feature = "crash-points")]
fn armed() -> Option<&'static (String, std::sync::atomic::AtomicU64)> {
    static ARMED: std::sync::OnceLock<Option<(String, std::sync::atomic::AtomicU64)>> = std::sync::OnceLock::new();
    let armed = ARMED.get_or_init(|| {
        let order = std::env::var("COMMUNES_CRASH_AT").ok()?;
        let (name, count) = order.split_once(':').unwrap_or((&order, "1"));
        Some((name.to_owned(), count.parse::<u64>().ok()?.into()))
    });
    armed.as_ref()
}
