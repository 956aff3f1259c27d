//! Judges a file by its content. The name and the declared type were checked before; here the bytes must agree, and
//! must be one format only. Runs on a blocking thread; memory stays flat whatever is sent.

use kept_shared::files::{Allowed, Content, Refusal};
use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
    path::Path,
};

/// Members an Office file may have.
const MAX_MEMBERS: usize = 2_000;
/// Bytes an Office file may unpack to in all.
const MAX_UNPACKED: u64 = 300 * 1024 * 1024;
/// How many times larger than packed a member may get, once it is larger than [`RATIO_FROM`].
const MAX_RATIO: u64 = 200;
const RATIO_FROM: u64 = 1024 * 1024;
const HEAD: usize = 64 * 1024;
/// A zip's end record lies at most this far from the end.
const TAIL: u64 = 66 * 1024;

/// Errors: why the file is refused; `Err(Err(_))` is a disk error.
pub fn judge(path: &Path, kind: &Allowed) -> Result<(), Result<Refusal, std::io::Error>> {
    let mut file = File::open(path).map_err(Err)?;
    let size = file.metadata().map_err(Err)?.len();
    if size == 0 {
        return Err(Ok(Refusal::Empty));
    }
    let mut head = vec![];
    Read::by_ref(&mut file)
        .take(HEAD as u64)
        .read_to_end(&mut head)
        .map_err(Err)?;
    let verdict = match kind.content {
        Content::Ooxml(part) => office(path, &head, part),
        Content::Text => text(&mut file, &head),
        Content::Mail => mail(&mut file, &head),
        Content::OutlookMessage => outlook(&mut file, &head),
        Content::Pdf => plain(head.starts_with(b"%PDF-")).and_then(|()| one_format(&mut file, size)),
        Content::Png => png(&mut file, &head, size),
        Content::Jpeg => plain(head.starts_with(&[0xff, 0xd8, 0xff])).and_then(|()| one_format(&mut file, size)),
        Content::Tiff => {
            plain(head.starts_with(b"II*\0") || head.starts_with(b"MM\0*")).and_then(|()| one_format(&mut file, size))
        }
    };
    verdict.map_err(|e| match e {
        Fault::Refused(r) => Ok(r),
        Fault::Io(e) => Err(e),
    })
}

enum Fault {
    Refused(Refusal),
    Io(std::io::Error),
}
impl From<std::io::Error> for Fault {
    fn from(e: std::io::Error) -> Self {
        Self::Io(e)
    }
}
impl From<Refusal> for Fault {
    fn from(r: Refusal) -> Self {
        Self::Refused(r)
    }
}
type Verdict = Result<(), Fault>;

fn plain(matches: bool) -> Verdict {
    if matches {
        Ok(())
    } else {
        Err(Refusal::ContentMismatch.into())
    }
}

/// No zip behind it: what a zip reader would open must not be called a picture or a PDF.
fn one_format(file: &mut File, size: u64) -> Verdict {
    file.seek(SeekFrom::Start(size.saturating_sub(TAIL)))?;
    let mut tail = vec![];
    file.read_to_end(&mut tail)?;
    let reaches_end = |at: usize| {
        tail.get(at + 20..at + 22)
            .is_some_and(|n| at + 22 + usize::from(u16::from_le_bytes([n[0], n[1]])) == tail.len())
    };
    let is_zip = tail
        .windows(4)
        .enumerate()
        .any(|(at, w)| w == b"PK\x05\x06" && reaches_end(at));
    if is_zip { Err(Refusal::Polyglot.into()) } else { Ok(()) }
}

/// Walks the chunks: a PNG ends with IEND and nothing follows.
fn png(file: &mut File, head: &[u8], size: u64) -> Verdict {
    plain(head.starts_with(b"\x89PNG\r\n\x1a\n"))?;
    let mut at = 8_u64;
    let mut chunk = [0_u8; 8];
    while at + 12 <= size {
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut chunk)?;
        let length = u64::from(u32::from_be_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]));
        at += 12 + length;
        if &chunk[4..8] == b"IEND" {
            return if at == size {
                Ok(())
            } else {
                Err(Refusal::Polyglot.into())
            };
        }
    }
    Err(Refusal::ContentMismatch.into())
}

/// What a browser or an interpreter would take for a program, however it is called.
fn looks_active(head: &[u8]) -> bool {
    let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let text = String::from_utf8_lossy(&start[..start.len().min(1_024)]).to_ascii_lowercase();
    let text = text.trim_start();
    [
        "<!doctype",
        "<html",
        "<head",
        "<body",
        "<svg",
        "<script",
        "<?xml",
        "<?php",
        "<%",
        "<!--",
        "#!",
        "%pdf",
        "%!ps",
        "{\\rtf",
        "mime-version:",
        "[internetshortcut]",
        "pk\u{3}\u{4}",
    ]
    .iter()
    .any(|sign| text.starts_with(sign))
        || infer::get(head).is_some_and(|t| t.matcher_type() != infer::MatcherType::Text)
}

fn text(file: &mut File, head: &[u8]) -> Verdict {
    if looks_active(head) {
        return Err(Refusal::ContentMismatch.into());
    }
    let wide = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    file.seek(SeekFrom::Start(0))?;
    let mut reader = BufReader::with_capacity(HEAD, file);
    let mut part = vec![0_u8; HEAD];
    loop {
        let n = reader.read(&mut part)?;
        if n == 0 {
            return Ok(());
        }
        let binary = |b: &u8| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c);
        if !wide && part[..n].iter().any(binary) {
            return Err(Refusal::ContentMismatch.into());
        }
    }
}

/// RFC 5322: begins with header lines, among them one that every mail has.
fn mail(file: &mut File, head: &[u8]) -> Verdict {
    let start = String::from_utf8_lossy(head);
    let headers = start.split("\r\n\r\n").next().unwrap_or_default();
    let headers = headers.split("\n\n").next().unwrap_or_default().to_ascii_lowercase();
    let first_is_header = headers.lines().next().is_some_and(|line| {
        line.split_once(':')
            .is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
    });
    let is_mail = headers.lines().any(|l| {
        ["from:", "received:", "date:", "message-id:", "return-path:"]
            .iter()
            .any(|h| l.starts_with(h))
    });
    plain(first_is_header && is_mail && !headers.starts_with("mime-version:"))?;
    file.seek(SeekFrom::Start(0))?;
    let mut part = vec![0_u8; HEAD];
    loop {
        let n = file.read(&mut part)?;
        if n == 0 {
            return Ok(());
        }
        plain(!part[..n].contains(&0))?;
    }
}

/// Outlook's message: a compound file with property streams, not a Word or Excel document of the same container.
fn outlook(file: &mut File, head: &[u8]) -> Verdict {
    plain(head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]))?;
    let wanted: Vec<u8> = "__properties_version1.0"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    file.seek(SeekFrom::Start(0))?;
    let mut kept: Vec<u8> = vec![];
    let mut part = vec![0_u8; HEAD];
    loop {
        let n = file.read(&mut part)?;
        if n == 0 {
            return Err(Refusal::ContentMismatch.into());
        }
        kept.extend_from_slice(&part[..n]);
        if kept.windows(wanted.len()).any(|w| w == wanted) {
            return Ok(());
        }
        kept.drain(..kept.len().saturating_sub(wanted.len()));
    }
}

/// Our own guard: a scanner may call a bomb clean, so members, ratio and sum are counted while really unpacking.
fn office(path: &Path, head: &[u8], part: &str) -> Verdict {
    if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        // An encrypted Office file is a compound file; nobody can look inside.
        return Err(Refusal::Encrypted.into());
    }
    plain(head.starts_with(b"PK\x03\x04"))?;
    let broken = |_| Fault::from(Refusal::ContentMismatch);
    let mut archive = zip::ZipArchive::new(BufReader::new(File::open(path)?)).map_err(broken)?;
    if archive.offset() != 0 || !archive.comment().is_empty() {
        return Err(Refusal::Polyglot.into());
    }
    if archive.len() > MAX_MEMBERS {
        return Err(Refusal::UnsafeArchive.into());
    }
    let mut sum = 0_u64;
    let (mut has_types, mut has_part) = (false, false);
    let mut buffer = vec![0_u8; HEAD];
    for index in 0..archive.len() {
        let raw = archive.by_index_raw(index).map_err(broken)?;
        if raw.encrypted() {
            return Err(Refusal::Encrypted.into());
        }
        let name = raw.name().map_err(broken)?.into_owned();
        let packed = raw.compressed_size();
        drop(raw);
        if name.contains("..") || name.starts_with('/') || name.contains('\\') || name.contains(':') {
            return Err(Refusal::UnsafeArchive.into());
        }
        if name.to_ascii_lowercase().ends_with("vbaproject.bin") {
            // A macro document under the name of one without macros.
            return Err(Refusal::ContentMismatch.into());
        }
        has_types |= name == "[Content_Types].xml";
        has_part |= name == part;
        let mut member = archive.by_index(index).map_err(broken)?;
        let mut unpacked = 0_u64;
        loop {
            let n = member
                .read(&mut buffer)
                .map_err(|_| Fault::from(Refusal::ContentMismatch))?;
            if n == 0 {
                break;
            }
            unpacked += n as u64;
            sum += n as u64;
            let swells = unpacked > RATIO_FROM && unpacked / packed.max(1) > MAX_RATIO;
            if swells || sum > MAX_UNPACKED {
                return Err(Refusal::UnsafeArchive.into());
            }
        }
    }
    plain(has_types && has_part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kept_shared::files::allowed;
    use std::io::Write;

    fn verdict(name: &str, bytes: &[u8]) -> Option<Refusal> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let kind = allowed(name, None).unwrap();
        judge(file.path(), kind).err().map(|e| e.unwrap())
    }
    fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut out = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
        let options = zip::write::SimpleFileOptions::default();
        for (name, bytes) in members {
            out.start_file(*name, options).unwrap();
            out.write_all(bytes).unwrap();
        }
        out.finish().unwrap().into_inner()
    }
    const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";

    #[test]
    fn honest_files_pass() {
        assert_eq!(verdict("a.pdf", PDF), None);
        assert_eq!(verdict("a.txt", "Zoë owes R 1 250,00\r\n".as_bytes()), None);
        assert_eq!(verdict("a.csv", b"a;b\n1;2\n"), None);
        assert_eq!(
            verdict("a.eml", b"From: a@b.org\r\nSubject: x\r\n\r\nHello <b>you</b>\r\n"),
            None
        );
        let docx = zipped(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")]);
        assert_eq!(verdict("a.docx", &docx), None);
    }

    #[test]
    fn names_do_not_make_a_format() {
        assert_eq!(
            verdict("a.pdf", b"<html><script>1</script>"),
            Some(Refusal::ContentMismatch)
        );
        assert_eq!(verdict("a.png", b"<html>"), Some(Refusal::ContentMismatch));
        assert_eq!(verdict("a.pdf", b"\x7fELF\0\0"), Some(Refusal::ContentMismatch));
        assert_eq!(
            verdict("a.txt", b"  <!DOCTYPE html><html>"),
            Some(Refusal::ContentMismatch)
        );
        assert_eq!(
            verdict("a.txt", b"<svg xmlns='x' onload='y'/>"),
            Some(Refusal::ContentMismatch)
        );
        assert_eq!(verdict("a.csv", b"MZ\0\0\0"), Some(Refusal::ContentMismatch));
        assert_eq!(verdict("a.txt", b"#!/bin/sh\nrm -r x"), Some(Refusal::ContentMismatch));
        assert_eq!(
            verdict("a.eml", b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<html>"),
            Some(Refusal::ContentMismatch)
        );
        assert_eq!(
            verdict("a.msg", &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]),
            Some(Refusal::ContentMismatch)
        );
        assert_eq!(
            verdict("a.docx", &zipped(&[("x", b"y")])),
            Some(Refusal::ContentMismatch)
        );
        assert_eq!(verdict("a.pdf", b""), Some(Refusal::Empty));
    }

    #[test]
    fn two_formats_in_one_file_are_refused() {
        let zip = zipped(&[("payload.html", b"<html>")]);
        assert_eq!(verdict("a.pdf", &[PDF, &zip].concat()), Some(Refusal::Polyglot));
        let docx = zipped(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")]);
        let behind: Vec<u8> = [PDF, docx.as_slice()].concat();
        assert_eq!(verdict("a.docx", &behind), Some(Refusal::ContentMismatch));
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        png.extend_from_slice(&[0, 0, 0, 0]);
        png.extend_from_slice(b"IEND");
        png.extend_from_slice(&[0xae, 0x42, 0x60, 0x82]);
        assert_eq!(verdict("a.png", &png), None);
        png.extend_from_slice(b"<html>");
        assert_eq!(verdict("a.png", &png), Some(Refusal::Polyglot));
    }

    #[test]
    fn bombs_and_macros_in_office_files_are_refused() {
        let zeros = vec![b'0'; 5 * 1024 * 1024];
        let bomb = zipped(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", &zeros)]);
        assert_eq!(verdict("a.docx", &bomb), Some(Refusal::UnsafeArchive));
        let many: Vec<String> = (0..=MAX_MEMBERS).map(|n| format!("f{n}")).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|n| (n.as_str(), b"".as_slice())).collect();
        assert_eq!(verdict("a.xlsx", &zipped(&many)), Some(Refusal::UnsafeArchive));
        let slip = zipped(&[
            ("[Content_Types].xml", b""),
            ("word/document.xml", b""),
            ("../../x", b""),
        ]);
        assert_eq!(verdict("a.docx", &slip), Some(Refusal::UnsafeArchive));
        let macros = zipped(&[
            ("[Content_Types].xml", b""),
            ("word/document.xml", b""),
            ("word/vbaProject.bin", b""),
        ]);
        assert_eq!(verdict("a.docx", &macros), Some(Refusal::ContentMismatch));
    }
}
