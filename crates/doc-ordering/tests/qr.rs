//! The picture of a transfer, read back by an independent reader of QR codes.

use communes_civil::Ogm;
use communes_doc_ordering::{
    epc::{EpcTransfer, ReferencePlace},
    money::Money,
};

/// The dark modules of the picture, which is one path of squares: `M4,4h1v1h-1M5,4h1v1h-1…`.
fn modules(svg: &str) -> (usize, Vec<(usize, usize)>) {
    let size = svg.split("viewBox=\"0 0 ").nth(1).and_then(|rest| rest.split(' ').next());
    let path = svg.split(" d=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a path");
    let dark = path.split('M').skip(1).map(|square| {
        let (x, rest) = square.split_once(',').expect("a point");
        let y = rest.split('h').next().expect("a point");
        (x.parse().expect("a number"), y.parse().expect("a number"))
    });
    (size.and_then(|size| size.parse().ok()).expect("a size"), dark.collect())
}

fn read_back(svg: &str) -> (String, usize, usize) {
    const SCALE: usize = 4;
    let (size, dark) = modules(svg);
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(size * SCALE, size * SCALE, |x, y| {
        if dark.contains(&(x / SCALE, y / SCALE)) { 0 } else { 255 }
    });
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1);
    let (meta, text) = grids[0].decode().expect("a QR code");
    (text, meta.version.0, usize::from(meta.ecc_level))
}

#[test]
fn the_picture_says_what_the_payload_says() {
    let iban = "BE72000000001616".parse().unwrap();
    let ogm = Ogm::from_base(1_234_567_890).unwrap();
    let short = EpcTransfer::new("Commune de Malvaux", iban, Money::euro_cents(650))
        .unwrap()
        .with_ogm(ogm, ReferencePlace::Text);
    // As long as it gets: every element filled as far as the 331 bytes allow.
    let long = EpcTransfer::new("é".repeat(70), iban, Money::euro_cents(99_999_999_999)).unwrap();
    let long = long.with_bic("KREDBEBB").unwrap();
    let room = 331 - long.payload().unwrap().len() - "\n\n\n".len();
    let long = long.with_text("t".repeat(room.min(140))).unwrap();
    for transfer in [short, long] {
        let payload = transfer.payload().unwrap();
        let (text, version, level) = read_back(&transfer.svg().unwrap());
        assert_eq!(text, payload);
        // EPC069-12: version 13 at most, error correction level M (00 in the format information).
        assert!(version <= 13, "{version}");
        assert_eq!(level, 0);
    }
}
