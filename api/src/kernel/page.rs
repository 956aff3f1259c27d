//! Keyset pages: the cursor carries the whole position, so a page costs the same wherever it lies.

use super::Stop;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kept_shared::{
    page::{DEFAULT_LIMIT, MAX_LIMIT, Page},
    problem::{Code, Problem},
};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

/// Validates a page size: 1 to [`MAX_LIMIT`], [`DEFAULT_LIMIT`] when absent. Errors: 400 at `?limit`.
pub fn limit(asked: Option<u32>) -> Result<u64, Stop> {
    match asked {
        None => Ok(u64::from(DEFAULT_LIMIT)),
        Some(n) if (1..=MAX_LIMIT).contains(&n) => Ok(u64::from(n)),
        Some(_) => Err(Problem::of(Code::QueryMalformed).at("?limit", "out_of_range").into()),
    }
}

/// Refuses page parameters where the whole set is asked for. Errors: 400.
pub fn only_whole(limit: Option<u32>, cursor: Option<&str>) -> Result<(), Stop> {
    let problem = |at| Err(Problem::of(Code::QueryMalformed).at(at, "not_paged").into());
    match (limit, cursor) {
        (Some(_), _) => problem("?limit"),
        (None, Some(_)) => problem("?cursor"),
        (None, None) => Ok(()),
    }
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Wire<K> {
    v: u8,
    f: String,
    k: K,
}

/// A short fingerprint of the list, its filter and sort: a cursor made for another one is refused.
pub fn fingerprint(list: &str, filter: &impl Serialize) -> Result<String, Stop> {
    let mut hash = Sha256::new();
    hash.update(list.as_bytes());
    hash.update(serde_json::to_vec(filter)?);
    Ok(URL_SAFE_NO_PAD.encode(&hash.finalize()[..9]))
}

/// The last key of the page before. Errors: 400 `cursor-invalid`.
pub fn decode<K: DeserializeOwned>(cursor: Option<&str>, fingerprint: &str) -> Result<Option<K>, Stop> {
    let Some(text) = cursor else { return Ok(None) };
    let bad = || Stop::from(Problem::of(Code::CursorInvalid).at("?cursor", "invalid"));
    if text.len() > 2_000 {
        return Err(bad());
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad())?;
    let wire: Wire<K> = serde_json::from_slice(&bytes).map_err(|_| bad())?;
    if wire.v != 1 || wire.f != fingerprint {
        return Err(bad());
    }
    Ok(Some(wire.k))
}

/// Makes a page from rows queried with `limit + 1`: the extra row only tells that there is more.
pub fn page<T, K: Serialize>(
    mut rows: Vec<T>,
    limit: u64,
    fingerprint: &str,
    key: impl Fn(&T) -> K,
) -> Result<Page<T>, Stop> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = match (more, rows.last()) {
        (true, Some(last)) => {
            let wire = Wire {
                v: 1,
                f: fingerprint.to_owned(),
                k: key(last),
            };
            Some(URL_SAFE_NO_PAD.encode(serde_json::to_vec(&wire)?))
        }
        (true | false, _) => None,
    };
    Ok(Page {
        items: rows,
        next_cursor,
    })
}

/// Longest search text, in characters.
pub const MAX_SEARCH: usize = 200;

/// A search text as a pattern for `LIKE … ESCAPE '\'` on lower-case columns; `None` when blank. Errors: 400 at `?q` when
/// it is longer than [`MAX_SEARCH`].
pub fn search_pattern(q: Option<&str>) -> Result<Option<String>, Stop> {
    let q = q.unwrap_or_default();
    if q.chars().count() > MAX_SEARCH {
        return Err(Problem::of(Code::QueryMalformed).at("?q", "too_long").into());
    }
    let word = q.trim();
    Ok((!word.is_empty()).then(|| format!("%{}%", like_escape(&word.to_lowercase()))))
}

/// Escapes `%`, `_` and `\` for `LIKE … ESCAPE '\'`.
pub fn like_escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn a_cursor_of_another_filter_is_refused() {
        let a = fingerprint("units", &("x", 1)).unwrap();
        let b = fingerprint("units", &("x", 2)).unwrap();
        let p = page(vec![1, 2, 3], 2, &a, |n| (*n, "id")).unwrap();
        assert_eq!(p.items, [1, 2]);
        let key: Option<(i32, String)> = decode(p.next_cursor.as_deref(), &a).unwrap();
        assert_eq!(key, Some((2, "id".to_owned())));
        assert!(decode::<(i32, String)>(p.next_cursor.as_deref(), &b).is_err());
        assert!(decode::<(i32, String)>(Some("%%%"), &a).is_err());
        assert!(page(vec![1, 2], 2, &a, |n| *n).unwrap().next_cursor.is_none());
    }
    #[test]
    fn page_sizes_are_bounded() {
        assert!(limit(Some(0)).is_err() && limit(Some(201)).is_err());
        assert_eq!((limit(None).unwrap(), limit(Some(200)).unwrap()), (50, 200));
    }
}
