use super::BlobHarness;
use crate::issue::BlobId;

const BYTES: &[u8] = b"%PDF-1.7 \x00\xff\r\n bytes as they come";

pub(super) async fn a_file_comes_back_as_it_was_put(harness: &impl BlobHarness) {
    let store = harness.fresh().await;
    assert_eq!(store.get(&BlobId::of(BYTES)).await.unwrap(), None, "nothing was put");
    let id = store.put(BYTES).await.unwrap();
    assert_eq!(store.get(&id).await.unwrap().as_deref(), Some(BYTES));
}

pub(super) async fn its_id_is_its_sha_256(harness: &impl BlobHarness) {
    let id = harness.fresh().await.put(b"abc").await.unwrap();
    // FIPS 180-2, appendix B.1.
    assert_eq!(id.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

pub(super) async fn the_empty_file_is_a_file(harness: &impl BlobHarness) {
    let store = harness.fresh().await;
    let id = store.put(b"").await.unwrap();
    assert_eq!(store.get(&id).await.unwrap().as_deref(), Some(&b""[..]));
}

pub(super) async fn putting_the_same_again_changes_nothing(harness: &impl BlobHarness) {
    let store = harness.fresh().await;
    let first = store.put(BYTES).await.unwrap();
    assert_eq!(store.put(BYTES).await.unwrap(), first);
    assert_eq!(store.get(&first).await.unwrap().as_deref(), Some(BYTES));
}

pub(super) async fn files_do_not_mix(harness: &impl BlobHarness) {
    let store = harness.fresh().await;
    let files: Vec<Vec<u8>> = (0..50u8).map(|byte| vec![byte; usize::from(byte) * 100]).collect();
    let mut ids = Vec::new();
    for file in &files {
        ids.push(store.put(file).await.unwrap());
    }
    for (id, file) in ids.iter().zip(&files) {
        assert_eq!(store.get(id).await.unwrap().as_ref(), Some(file));
    }
}

pub(super) async fn what_was_put_is_there_after_reopening(harness: &impl BlobHarness) {
    let store = harness.fresh().await;
    let id = store.put(BYTES).await.unwrap();
    let store = harness.reopen(store).await;
    assert_eq!(store.get(&id).await.unwrap().as_deref(), Some(BYTES));
}
