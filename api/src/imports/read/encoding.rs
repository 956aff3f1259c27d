//! Finds the encoding of a text file and decodes it piece by piece.

use super::Refusal;
use encoding_rs::{CoderResult, Decoder, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use kept_shared::imports::TextEncoding;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

const PIECE: usize = 64 * 1024;

/// The byte order mark decides; else valid UTF-8 is UTF-8; else NULs at every other place are UTF-16; else Windows-1252.
pub fn find(file: &mut File) -> Result<TextEncoding, Refusal> {
    let unreadable = |_| Refusal::of("unreadable");
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let mut buffer = vec![0_u8; PIECE];
    let mut carried = 0_usize;
    let (mut first, mut valid) = (true, true);
    let (mut even_nuls, mut odd_nuls, mut seen) = (0_usize, 0_usize, 0_usize);
    loop {
        let read = file
            .read(buffer.get_mut(carried..).unwrap_or_default())
            .map_err(unreadable)?;
        let filled = carried + read;
        let bytes = buffer.get(..filled).unwrap_or_default();
        if first {
            first = false;
            match bytes {
                [0xef, 0xbb, 0xbf, ..] => return Ok(TextEncoding::Utf8),
                [0xff, 0xfe, ..] => return Ok(TextEncoding::Utf16Le),
                [0xfe, 0xff, ..] => return Ok(TextEncoding::Utf16Be),
                _ => {}
            }
            seen = bytes.len();
            even_nuls = bytes.iter().step_by(2).filter(|b| **b == 0).count();
            odd_nuls = bytes.iter().skip(1).step_by(2).filter(|b| **b == 0).count();
        }
        if read == 0 {
            valid &= carried == 0;
            break;
        }
        carried = match std::str::from_utf8(bytes) {
            Ok(_) => 0,
            // A character cut by the end of the piece is carried over.
            Err(error) if error.error_len().is_none() => filled - error.valid_up_to(),
            Err(_) => {
                valid = false;
                break;
            }
        };
        buffer.copy_within(filled - carried..filled, 0);
    }
    if odd_nuls * 3 > seen / 2 && even_nuls * 10 < seen {
        return Ok(TextEncoding::Utf16Le);
    }
    if even_nuls * 3 > seen / 2 && odd_nuls * 10 < seen {
        return Ok(TextEncoding::Utf16Be);
    }
    Ok(if valid {
        TextEncoding::Utf8
    } else {
        TextEncoding::Windows1252
    })
}

/// Decodes a file in pieces of text.
pub struct Pieces {
    file: File,
    decoder: Decoder,
    raw: Vec<u8>,
    ended: bool,
}

impl Pieces {
    pub fn new(mut file: File, encoding: TextEncoding) -> Result<Self, Refusal> {
        file.seek(SeekFrom::Start(0)).map_err(|_| Refusal::of("unreadable"))?;
        let encoding = match encoding {
            TextEncoding::Utf8 => UTF_8,
            TextEncoding::Utf16Le => UTF_16LE,
            TextEncoding::Utf16Be => UTF_16BE,
            TextEncoding::Windows1252 => WINDOWS_1252,
        };
        Ok(Self {
            file,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; PIECE],
            ended: false,
        })
    }

    /// The next piece, or `None` at the end. Refuses bytes that the encoding does not have.
    pub fn next(&mut self) -> Result<Option<String>, Refusal> {
        if self.ended {
            return Ok(None);
        }
        let read = self.file.read(&mut self.raw).map_err(|_| Refusal::of("unreadable"))?;
        self.ended = read == 0;
        let room = self
            .decoder
            .max_utf8_buffer_length(read)
            .ok_or(Refusal::of("unreadable"))?;
        let mut text = String::with_capacity(room);
        let (result, _, wrong) =
            self.decoder
                .decode_to_string(self.raw.get(..read).unwrap_or_default(), &mut text, self.ended);
        if wrong {
            return Err(Refusal::of("wrong_encoding"));
        }
        match result {
            CoderResult::InputEmpty => Ok(Some(text)),
            CoderResult::OutputFull => Err(Refusal::of("unreadable")),
        }
    }
}
