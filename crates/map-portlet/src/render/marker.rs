//! Where markers stand so that none hides another.

use std::collections::HashMap;

use crate::view::Frame;

/// Half the size of a marker, in units of the drawing. At the width of a small phone it is still 24 pixels across.
pub(super) const RADIUS: f64 = 14.0;

/// Centres nearer to each other than this overlap.
const APART: f64 = 2.0 * RADIUS + 1.0;

/// Over this number markers are not moved: the lines to their places would hide the map.
const MOST_SPREAD: usize = 40;

const ROUNDS: usize = 100;

/// 2π / φ²: directions that never repeat, for markers at the same spot.
const GOLDEN_ANGLE: f64 = 2.399_963_229_728_653;

/// One marker, for one place or for several that stand too near to each other.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Marker {
    /// The middle of the marker.
    pub(super) at: (f64, f64),
    /// The places, by their index in what [`arrange`] was given, in that order; never none.
    pub(super) members: Vec<usize>,
}

/// Markers for places, none of which overlaps another: a few are moved apart, of many the ones that overlap share a marker.
pub(super) fn arrange(places: &[(f64, f64)], frame: Frame) -> Vec<Marker> {
    let mut middles = places.to_vec();
    if middles.len() <= MOST_SPREAD {
        spread(&mut middles, frame);
    }
    share(&middles)
}

/// Pushes overlapping pairs apart, a little each round, within the frame.
fn spread(middles: &mut [(f64, f64)], frame: Frame) {
    // A hair more than what is looked for, so that rounding ends the rounds.
    let wanted = APART + 0.5;
    for _ in 0..ROUNDS {
        let mut has_moved = false;
        for first in 0..middles.len() {
            for second in first + 1..middles.len() {
                let (dx, dy) = (middles[second].0 - middles[first].0, middles[second].1 - middles[first].1);
                let distance = dx.hypot(dy);
                if distance >= APART {
                    continue;
                }
                let (dx, dy) = if distance > 1e-6 {
                    (dx / distance, dy / distance)
                } else {
                    let angle = GOLDEN_ANGLE * second as f64;
                    (angle.cos(), angle.sin())
                };
                let push = (wanted - distance) / 2.0;
                middles[first] = within(frame, middles[first].0 - dx * push, middles[first].1 - dy * push);
                middles[second] = within(frame, middles[second].0 + dx * push, middles[second].1 + dy * push);
                has_moved = true;
            }
        }
        if !has_moved {
            return;
        }
    }
}

fn within(frame: Frame, x: f64, y: f64) -> (f64, f64) {
    let edge = RADIUS + 2.0;
    // Below stands the scale, above the north.
    (x.clamp(edge, frame.width - edge), y.clamp(frame.margin - RADIUS + edge, frame.height - frame.margin - 2.0))
}

/// Each place joins the first marker that it would overlap, or has its own.
fn share(middles: &[(f64, f64)]) -> Vec<Marker> {
    let mut markers: Vec<Marker> = Vec::new();
    let mut cells: HashMap<(i64, i64), Vec<usize>> = HashMap::new();
    // The cast saturates, and the frame is small.
    let cell = |(x, y): (f64, f64)| ((x / APART).floor() as i64, (y / APART).floor() as i64);
    for (index, &middle) in middles.iter().enumerate() {
        let (column, row) = cell(middle);
        let near = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (column + dx, row + dy)));
        let host = near
            .filter_map(|cell| cells.get(&cell))
            .flatten()
            .copied()
            .filter(|&marker| {
                let at = markers[marker].at;
                (at.0 - middle.0).hypot(at.1 - middle.1) < APART
            })
            .min();
        if let Some(host) = host {
            markers[host].members.push(index);
        } else {
            cells.entry((column, row)).or_default().push(markers.len());
            markers.push(Marker { at: middle, members: vec![index] });
        }
    }
    markers
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FRAME: Frame = Frame { width: 360.0, height: 300.0, margin: 34.0 };

    #[test]
    fn markers_that_do_not_overlap_stay_on_their_places() {
        let places = [(100.0, 100.0), (130.0, 100.0), (100.0, 130.0)];
        let markers = arrange(&places, FRAME);
        assert_eq!(markers.iter().map(|marker| marker.at).collect::<Vec<_>>(), places);
    }

    #[test]
    fn a_few_at_one_spot_are_all_shown() {
        let markers = arrange(&[(180.0, 150.0); 6], FRAME);
        assert_eq!(markers.len(), 6);
        assert!(markers.iter().all(|marker| marker.members.len() == 1));
    }

    #[test]
    fn many_at_one_spot_share_a_marker() {
        let markers = arrange(&[(180.0, 150.0); 1000], FRAME);
        assert_eq!(markers.len(), 1);
        assert_eq!(markers[0].members, (0..1000).collect::<Vec<_>>());
    }

    proptest! {
        #[test]
        fn no_marker_hides_another_and_no_place_is_lost(
            places in prop::collection::vec((34.0..326.0_f64, 34.0..266.0_f64), 0..120),
        ) {
            let markers = arrange(&places, FRAME);
            let mut members: Vec<usize> = markers.iter().flat_map(|marker| marker.members.iter().copied()).collect();
            members.sort_unstable();
            prop_assert_eq!(members, (0..places.len()).collect::<Vec<_>>());
            for (index, first) in markers.iter().enumerate() {
                prop_assert!((RADIUS..=360.0 - RADIUS).contains(&first.at.0));
                prop_assert!((RADIUS..=300.0 - RADIUS).contains(&first.at.1));
                for second in &markers[index + 1..] {
                    let distance = (first.at.0 - second.at.0).hypot(first.at.1 - second.at.1);
                    prop_assert!(distance >= 2.0 * RADIUS, "{distance}");
                }
            }
        }
    }
}
