//! One typed configuration: defaults, then a TOML file, then `KEPT__…` environment variables. The commented example
//! file is generated from the same lines that define the settings.

use figment::{
    Figment,
    providers::{Env, Format, Toml},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::path::{Path, PathBuf};

macro_rules! settings {
    ($($(#[doc = $sdoc:literal])+ $section:ident as $struct:ident { $( $(#[doc = $doc:literal])+ $field:ident: $ty:ty = $default:expr, $shown:literal; )+ })+) => {
        $(
            $(#[doc = $sdoc])+
            #[derive(Clone, Debug, Deserialize)]
            #[serde(deny_unknown_fields, default)]
            pub struct $struct { $( $(#[doc = $doc])+ pub $field: $ty, )+ }
            impl Default for $struct {
                fn default() -> Self { Self { $($field: $default,)+ } }
            }
        )+

        /// Everything an operator can set.
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Config {
            /// Folder for the embedded database and uploaded files.
            pub data_dir: PathBuf,
            $(pub $section: $struct,)+
        }
        impl Default for Config {
            fn default() -> Self { Self { data_dir: "data".into(), $($section: $struct::default(),)+ } }
        }

        /// The commented example file: every setting with its default.
        pub fn example() -> String {
            let mut out = String::from(
                "# Kept's settings with their defaults. Any of them can also be given in the environment:\n\
                 # KEPT__SERVER__LISTEN=0.0.0.0:8080 sets `listen` in [server]. The environment wins over this file.\n\n\
                 # Folder for the embedded database and uploaded files.\n# data_dir = \"data\"\n");
            $(
                out.push('\n');
                $(out.push_str("#"); out.push_str($sdoc); out.push('\n');)+
                out.push_str(concat!("[", stringify!($section), "]\n"));
                $(
                    $(out.push_str("#"); out.push_str($doc); out.push('\n');)+
                    out.push_str(concat!("# ", stringify!($field), " = ", $shown, "\n"));
                )+
            )+
            out
        }
    };
}

settings! {
    /// The HTTP server.
    server as Server {
        /// Address and port of the application. TLS belongs to a proxy in front.
        listen: String = "127.0.0.1:8080".into(), "\"127.0.0.1:8080\"";
        /// Address and port for /metrics and /readyz; keep it private. Empty switches it off.
        private_listen: String = String::new(), "\"\"";
        /// Where people reach Kept; links in mails start with it.
        public_url: String = "http://127.0.0.1:8080".into(), "\"http://127.0.0.1:8080\"";
        /// Folder with the built web application. Empty serves the API only.
        web_dir: String = String::new(), "\"\"";
        /// Proxies whose X-Forwarded-For is believed (addresses).
        trusted_proxies: Vec<String> = vec![], "[]";
        /// Threads that answer requests; 0 means one for each core.
        workers: usize = 0, "0";
        /// Most open connections.
        max_connections: usize = 2_000, "2000";
    }
    /// The database: embedded SQLite, or PostgreSQL.
    database as Database {
        /// sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME. Empty: kept.sqlite in the data folder.
        url: String = String::new(), "\"\"";
        /// Connections for reading. PostgreSQL: half as many more, two at least, for writing; SQLite has one writer.
        max_connections: u32 = 8, "8";
        /// SQLite only. FULL survives a power cut at any moment; NORMAL may lose the last commits then, never corrupts.
        synchronous: String = "FULL".into(), "\"FULL\"";
    }
    /// Sign-in.
    auth as Auth {
        /// Minutes an access token lives.
        access_minutes: i64 = 10, "10";
        /// Days a session lives without being used.
        refresh_days: i64 = 14, "14";
        /// Send the session cookie over HTTPS only. Switch off only for plain HTTP on one machine.
        secure_cookie: bool = true, "true";
        /// Failures in a row after which an account is locked.
        lock_after: i64 = 10, "10";
        /// Minutes a locked account stays locked.
        lock_minutes: i64 = 15, "15";
        /// Sign-in attempts allowed from one address in 15 minutes.
        attempts_per_address: i64 = 50, "50";
        /// Days an invitation link stays valid.
        invitation_days: i64 = 7, "7";
    }
    /// Outgoing mail.
    mail as Mail {
        /// "capture" keeps mail in the inbox page and sends nothing; "smtp" sends.
        mode: String = "capture".into(), "\"capture\"";
        /// smtp://USER:PASSWORD@HOST:PORT, smtps://… for TLS from the first byte.
        smtp_url: SecretString = SecretString::from(String::new()), "\"\"";
        /// Sender.
        from: String = "Kept <kept@localhost>".into(), "\"Kept <kept@localhost>\"";
    }
    /// Uploaded files.
    files as Files {
        /// Largest upload in bytes.
        max_bytes: u64 = 25 * 1024 * 1024, "26214400";
        /// clamd's address (HOST:PORT). Empty: no scanner.
        scanner: String = String::new(), "\"\"";
        /// Without a scanner: "block" keeps files in quarantine, "allow" hands them out with a warning.
        unscanned: String = "block".into(), "\"block\"";
        /// Where they are kept: "folder" (`blobs` in the data folder), or "s3", the bucket of [s3].
        store: String = "folder".into(), "\"folder\"";
        /// Hours after which bytes that no record names are thrown away: an upload cut off by a crash. 0: never.
        keep_orphans_hours: i64 = 48, "48";
        /// Days the bytes of a deleted file are kept; a held file's are kept until it is released.
        keep_deleted_days: i64 = 30, "30";
    }
    /// The S3-compatible bucket of the uploaded files, when `files.store` is "s3". Its prefix is this installation's alone.
    s3 as S3 {
        /// Address of the store, without the bucket: https://s3.eu-west-1.amazonaws.com.
        endpoint: String = String::new(), "\"\"";
        /// Region, as the store calls it.
        region: String = "us-east-1".into(), "\"us-east-1\"";
        /// Name of the bucket.
        bucket: String = String::new(), "\"\"";
        /// What the names of all objects begin with; a folder of the bucket.
        prefix: String = String::new(), "\"\"";
        /// Whether the bucket is named in the path (MinIO and most others); false: before the host name (AWS).
        path_style: bool = true, "true";
        /// Access key.
        access_key: SecretString = SecretString::from(String::new()), "\"\"";
        /// Secret of the access key.
        secret_key: SecretString = SecretString::from(String::new()), "\"\"";
    }
    /// Background work.
    worker as Worker {
        /// Run jobs inside `kept serve`. With several processes, switch it off and run `kept worker`.
        in_process: bool = true, "true";
        /// Jobs at a time.
        concurrency: usize = 2, "2";
        /// Seconds after which the job of a worker that died is taken over by another. A worker that lives says so four
        /// times as often.
        lease_seconds: i64 = 60, "60";
    }
    /// Logs.
    log as Log {
        /// "text" for people, "json" for machines.
        format: String = "text".into(), "\"text\"";
        /// error, warn, info, debug or trace; module filters as in RUST_LOG.
        level: String = "info".into(), "\"info\"";
    }
}

impl Config {
    /// Reads the configuration. Errors: every fault found, each with the name of its setting.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let mut figment = Figment::new();
        if let Some(file) = file {
            anyhow::ensure!(
                file.is_file(),
                "the configuration file {} does not exist",
                file.display()
            );
            figment = figment.merge(Toml::file_exact(file));
        }
        let config: Self = figment.merge(Env::prefixed("KEPT__").split("__")).extract()?;
        let faults = config.faults();
        anyhow::ensure!(
            faults.is_empty(),
            "the configuration has faults:\n  - {}",
            faults.join("\n  - ")
        );
        Ok(config)
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = vec![];
        let mut one_of = |name: &str, value: &str, allowed: &[&str]| {
            if !allowed.contains(&value) {
                faults.push(format!("{name}: `{value}` is not one of {}", allowed.join(", ")));
            }
        };
        one_of("mail.mode", &self.mail.mode, &["capture", "smtp"]);
        one_of("files.unscanned", &self.files.unscanned, &["block", "allow"]);
        one_of("files.store", &self.files.store, &["folder", "s3"]);
        one_of(
            "database.synchronous",
            &self.database.synchronous,
            &["FULL", "NORMAL", "OFF"],
        );
        one_of("log.format", &self.log.format, &["text", "json"]);
        if !["sqlite:", "postgres:", "postgresql:"]
            .iter()
            .any(|p| self.database_url().starts_with(p))
        {
            faults.push("database.url: must start with sqlite: or postgres:".to_owned());
        }
        if self.server.listen.parse::<std::net::SocketAddr>().is_err() {
            faults.push(format!("server.listen: `{}` is not ADDRESS:PORT", self.server.listen));
        }
        if !self.server.private_listen.is_empty() && self.server.private_listen.parse::<std::net::SocketAddr>().is_err()
        {
            faults.push(format!(
                "server.private_listen: `{}` is not ADDRESS:PORT",
                self.server.private_listen
            ));
        }
        if self.mail.mode == "smtp" && self.mail.smtp_url.expose_secret().is_empty() {
            faults.push("mail.smtp_url: needed when mail.mode is smtp".into());
        }
        for (name, value) in [
            ("auth.access_minutes", self.auth.access_minutes),
            ("auth.refresh_days", self.auth.refresh_days),
        ] {
            if value < 1 {
                faults.push(format!("{name}: must be at least 1"));
            }
        }
        if !(0..=36_500).contains(&self.files.keep_deleted_days) {
            faults.push("files.keep_deleted_days: must lie between 0 and 36500".into());
        }
        if !(0..=87_600).contains(&self.files.keep_orphans_hours) {
            faults.push("files.keep_orphans_hours: must lie between 0 and 87600".into());
        }
        if self.files.store == "s3" {
            self.s3.faults(&mut faults);
        }
        if !(2..=3_600).contains(&self.worker.lease_seconds) {
            faults.push("worker.lease_seconds: must lie between 2 and 3600".into());
        }
        faults
    }

    /// The database URL in force.
    pub fn database_url(&self) -> String {
        if self.database.url.is_empty() {
            format!("sqlite://{}", self.data_dir.join("kept.sqlite").display())
        } else {
            self.database.url.clone()
        }
    }
}

impl S3 {
    fn faults(&self, faults: &mut Vec<String>) {
        let address = reqwest::Url::parse(&self.endpoint).ok();
        let is_plain = |url: &reqwest::Url| {
            matches!(url.scheme(), "http" | "https")
                && url.host_str().is_some()
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
        };
        if !address.as_ref().is_some_and(is_plain) {
            faults.push("s3.endpoint: must be an address like https://HOST, without user, password or query".into());
        }
        let of = |text: &str, more: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
        if self.region.is_empty() || !of(&self.region, "-_") {
            faults.push("s3.region: needed; letters, digits and dashes".into());
        }
        if !(3..=63).contains(&self.bucket.len()) || !of(&self.bucket, "-._") || self.bucket.starts_with('.') {
            faults.push("s3.bucket: needed; 3 to 63 letters, digits, dashes and dots".into());
        }
        if !of(&self.prefix, "-_/") {
            faults.push("s3.prefix: letters, digits, dashes and slashes only".into());
        }
        for (name, key) in [("access_key", &self.access_key), ("secret_key", &self.secret_key)] {
            if key.expose_secret().is_empty() {
                faults.push(format!("s3.{name}: needed when files.store is s3"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn the_example_holds_every_default() {
        let text: String = example()
            .lines()
            .map(|l| l.strip_prefix("# ").filter(|l| l.contains(" = ")).unwrap_or(l))
            .fold(String::new(), |s, l| s + l + "\n");
        let text = text
            .lines()
            .filter(|l| l.starts_with('[') || l.split_once(" = ").is_some_and(|(k, _)| !k.contains(' ')))
            .collect::<Vec<_>>()
            .join("\n");
        let parsed: Config = Figment::from(Toml::string(&text))
            .extract()
            .unwrap_or_else(|e| panic!("{e}\n{text}"));
        assert_eq!(format!("{parsed:?}"), format!("{:?}", Config::default()));
    }
    #[test]
    fn faults_are_listed_all_at_once() {
        let mut config = Config::default();
        config.mail.mode = "pigeon".into();
        config.server.listen = "here".into();
        assert_eq!(config.faults().len(), 2);
    }
    #[test]
    fn a_bucket_needs_its_settings_and_never_shows_its_secret() {
        let mut config = Config::default();
        config.s3.endpoint = "https://user:hush@store.example".into();
        assert_eq!(config.faults(), Vec::<String>::new(), "nobody asked for a bucket");
        config.files.store = "s3".into();
        let named: Vec<_> = config
            .faults()
            .iter()
            .filter_map(|f| Some(f.split_once(':')?.0.to_owned()))
            .collect();
        assert_eq!(named, ["s3.endpoint", "s3.bucket", "s3.access_key", "s3.secret_key"]);
        config.s3.endpoint = "http://127.0.0.1:9000".into();
        config.s3.bucket = "kept-files".into();
        config.s3.access_key = SecretString::from("its-key");
        config.s3.secret_key = SecretString::from("its-secret");
        assert_eq!(config.faults(), Vec::<String>::new());
        let shown = format!("{config:?}");
        assert!(!shown.contains("its-key") && !shown.contains("its-secret"), "{shown}");
        config.s3.prefix = "a/../b?".into();
        assert_eq!(config.faults().len(), 1);
    }
}
