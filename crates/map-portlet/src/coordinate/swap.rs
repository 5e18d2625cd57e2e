use super::LonLat;

/// West, south, east, north of where a Belgian or French commune can lie, with a margin: European France and Belgium.
const BELGIUM_AND_FRANCE: [f64; 4] = [-5.5, 41.0, 9.8, 51.8];

/// Whether longitude and latitude look swapped: the place is far from Belgium and France, and its mirror image is there.
///
/// A reader warns; it never swaps by itself. A file about Somalia looks swapped and is right.
#[must_use]
pub fn looks_swapped(place: LonLat) -> bool {
    !is_home(place.lon(), place.lat()) && is_home(place.lat(), place.lon())
}

fn is_home(lon: f64, lat: f64) -> bool {
    let [west, south, east, north] = BELGIUM_AND_FRANCE;
    (west..=east).contains(&lon) && (south..=north).contains(&lat)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swapped_town_is_noticed_and_a_right_one_is_not() {
        let place = |lon, lat| LonLat::new(lon, lat).expect("in range");
        // Namur is at 4.87 east, 50.46 north.
        assert!(looks_swapped(place(50.46, 4.87)));
        assert!(!looks_swapped(place(4.87, 50.46)));
        // San Francisco: neither way at home.
        assert!(!looks_swapped(place(-122.08, 37.42)));
    }
}
