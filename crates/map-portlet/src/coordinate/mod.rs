//! Where something is: WGS 84 longitude and latitude, by type.

mod lon_lat;
mod swap;

pub use lon_lat::{LonLat, LonLatError, Position};
pub use swap::looks_swapped;
