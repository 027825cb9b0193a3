//! Randomness, at the edge of the program: the stack makes up names, ids and receipts, nothing that has to be repeatable.

/// A version 4 UUID.
pub(crate) fn uuid() -> String {
    uuid::Builder::from_random_bytes(bytes())
        .into_uuid()
        .to_string()
}

/// `length` characters of `alphabet`, which holds at most 256.
pub(crate) fn text(length: usize, alphabet: &[u8]) -> String {
    (0..length)
        .map(|_| {
            let wide = u32::from_le_bytes(bytes()) as usize;
            char::from(alphabet[wide % alphabet.len()])
        })
        .collect()
}

fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
