//! From one compiled wasm file to a folder that a web server can hand out.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
};
use wasm_bindgen_cli_support::Bindgen;

pub struct Bundle<'a> {
    /// The `web` folder.
    pub web: &'a Path,
    pub release: bool,
}

pub struct Built {
    /// False when `dist` already held exactly this.
    pub fresh: bool,
    pub wasm_bytes: usize,
}

/// What the bundle was made from. A name without an extension is the application's page to the server, so nobody sees it.
const STAMP: &str = ".stamp";

/// Files of the bundle: plain name (`app.css`) to content.
type Files = BTreeMap<String, Vec<u8>>;

impl Bundle<'_> {
    pub fn write(&self, wasm: &Path) -> Result<Built> {
        let styles = self.styles()?;
        let assets = self.assets()?;
        let page = fs::read_to_string(self.web.join("index.html")).context("web/index.html")?;
        let input = fs::read(wasm).with_context(|| format!("{}", wasm.display()))?;
        let stamp = self.stamp(&input, &styles, &assets, &page);
        let dist = self.web.join("dist");
        // Inside what it vouches for: several clones may share one target folder.
        if fs::read_to_string(dist.join(STAMP)).is_ok_and(|s| s == stamp) {
            return Ok(Built {
                fresh: false,
                wasm_bytes: input.len(),
            });
        }

        let (module, glue) = self.bind(wasm)?;
        let wasm_bytes = module.len();
        let out = self.web.join("dist.new");
        remove_dir(&out)?;
        fs::create_dir_all(&out)?;
        let mut names = BTreeMap::new();
        for (name, content) in &assets {
            put(&out, &mut names, name, content)?;
        }
        put(&out, &mut names, "kept-web.wasm", &module)?;
        put(&out, &mut names, "kept-web.js", glue.as_bytes())?;
        let styles = fill(&styles, &names);
        put(&out, &mut names, "app.css", styles.as_bytes())?;
        // A file instead of an inline script: the content security policy then needs no hash and no nonce.
        let boot = "import init from '/{{kept-web.js}}';\ninit({ module_or_path: '/{{kept-web.wasm}}' });\n";
        let boot = fill(boot, &names);
        put(&out, &mut names, "boot.js", boot.as_bytes())?;
        let dev = if self.release {
            ""
        } else {
            r#"<script src="/{{dev.js}}"></script>"#
        };
        fs::write(out.join("index.html"), fill(&page.replace("{{dev}}", dev), &names))?;
        if self.release {
            compress(&out)?;
        }
        fs::write(out.join(STAMP), stamp)?;
        remove_dir(&dist)?;
        fs::rename(&out, &dist)?;
        Ok(Built {
            fresh: true,
            wasm_bytes,
        })
    }

    /// Every style sheet in one text: `style/*.css` by name, hence the numbers, then `style/features/*.css` by name.
    /// Each starts with a comment that lists its classes; the release drops comments.
    fn styles(&self) -> Result<String> {
        let mut all = String::new();
        for path in [
            files_of(&self.web.join("style"))?,
            files_of(&self.web.join("style/features"))?,
        ]
        .concat()
        {
            if path.extension().is_none_or(|e| e != "css") {
                continue;
            }
            let text = fs::read_to_string(&path).with_context(|| format!("{}", path.display()))?;
            all.push_str(&if self.release { without_comments(&text) } else { text });
            all.push('\n');
        }
        Ok(all)
    }

    fn assets(&self) -> Result<Files> {
        let mut files = Files::new();
        for folder in ["assets", "assets/fonts"] {
            for path in files_of(&self.web.join(folder))? {
                let Some(name) = path.file_name().and_then(|n| n.to_str()) else {
                    continue;
                };
                let shipped = path
                    .extension()
                    .is_some_and(|e| ["js", "svg", "woff2", "txt"].iter().any(|x| e == *x));
                if shipped && !(self.release && name == "dev.js") {
                    files.insert(name.to_owned(), fs::read(&path)?);
                }
            }
        }
        Ok(files)
    }

    fn bind(&self, wasm: &Path) -> Result<(Vec<u8>, String)> {
        let stage = self.web.join("dist.stage");
        remove_dir(&stage)?;
        fs::create_dir_all(&stage)?;
        Bindgen::new()
            .input_path(wasm)
            .web(true)?
            .typescript(false)
            .debug(!self.release)
            .keep_debug(false)
            .remove_name_section(self.release)
            .remove_producers_section(self.release)
            .generate(&stage)?;
        let bound = (
            fs::read(stage.join("kept-web_bg.wasm"))?,
            fs::read_to_string(stage.join("kept-web.js"))?,
        );
        remove_dir(&stage)?;
        Ok(bound)
    }

    fn stamp(&self, wasm: &[u8], styles: &str, assets: &Files, page: &str) -> String {
        let mut all = Sha256::new();
        all.update([u8::from(self.release)]);
        for part in [
            wasm,
            styles.as_bytes(),
            page.as_bytes(),
            env!("CARGO_PKG_VERSION").as_bytes(),
        ] {
            all.update(Sha256::digest(part));
        }
        for (name, content) in assets {
            all.update(Sha256::digest(name));
            all.update(Sha256::digest(content));
        }
        hex(&all.finalize())
    }
}

/// Writes `name` as `stem-<16 hex>.ext`, which a server may let browsers keep for ever, and notes the written name.
fn put(out: &Path, names: &mut BTreeMap<String, String>, name: &str, content: &[u8]) -> Result<()> {
    let (stem, ext) = name.rsplit_once('.').context("a bundled file has no extension")?;
    let digest = hex(&Sha256::digest(content));
    let written = format!("{stem}-{}.{ext}", digest.get(..16).unwrap_or(&digest));
    fs::write(out.join(&written), content)?;
    names.insert(name.to_owned(), written);
    Ok(())
}

/// Replaces every `{{plain name}}` by the written one.
fn fill(text: &str, names: &BTreeMap<String, String>) -> String {
    names.iter().fold(text.to_owned(), |text, (name, written)| {
        text.replace(&format!("{{{{{name}}}}}"), written)
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// CSS without its comments. No string of ours holds `/*`.
fn without_comments(css: &str) -> String {
    let mut rest = css;
    let mut out = String::with_capacity(css.len());
    while let Some((before, comment)) = rest.split_once("/*") {
        out.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

fn compress(folder: &Path) -> Result<()> {
    for path in files_of(folder)? {
        let ext = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_owned();
        if !["wasm", "js", "css", "html", "svg"].contains(&ext.as_str()) {
            continue;
        }
        let data = fs::read(&path)?;
        let params = brotli::enc::BrotliEncoderParams {
            quality: 11,
            lgwin: 22,
            ..Default::default()
        };
        let mut packed = vec![];
        brotli::BrotliCompress(&mut data.as_slice(), &mut packed, &params)?;
        fs::write(path.with_extension(format!("{ext}.br")), packed)?;
        let mut gzip = flate2::write::GzEncoder::new(vec![], flate2::Compression::best());
        gzip.write_all(&data)?;
        fs::write(path.with_extension(format!("{ext}.gz")), gzip.finish()?)?;
    }
    Ok(())
}

/// The files of a folder by name; none when there is no such folder.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(vec![]),
        Err(e) => return Err(e).with_context(|| format!("{}", folder.display())),
    };
    let mut paths = vec![];
    for entry in entries {
        let path = entry?.path();
        if path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn remove_dir(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e).with_context(|| format!("{}", folder.display())),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{fill, without_comments};
    use std::collections::BTreeMap;

    #[test]
    fn comments_leave_the_style_sheet_and_rules_stay() {
        assert_eq!(
            without_comments("/* classes */\n.a { b: c; } /* why */\n\n.d {}\n/* open"),
            ".a { b: c; }\n.d {}"
        );
    }

    #[test]
    fn plain_names_become_written_names() {
        let names = BTreeMap::from([("app.css".to_owned(), "app-00.css".to_owned())]);
        assert_eq!(
            fill("href=\"/{{app.css}}\" {{other.css}}", &names),
            "href=\"/app-00.css\" {{other.css}}"
        );
    }
}
