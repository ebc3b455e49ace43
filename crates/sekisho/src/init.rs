//! `sekisho init`: a real installation in a directory: configuration, keys, an administrator, and the DNS
//! records to publish.

use std::path::{Path, PathBuf};

use clap::Args;
use getrandom::SysRng;
use jiff::Timestamp;
use sekisho_address::{Address, Domain};
use sekisho_auth::{Algorithm, SigningKey};
use sekisho_command::{DKIM_SETTINGS, WantedRecord, dkim_records, dmarc_of, wanted_records};
use sekisho_directory::{NewPerson, Plan, Roles};
use sekisho_sasl::Secret;
use sekisho_server::config::Config;
use sekisho_store::{AccountKind, Actor, PutSetting, Tenant};
use sekisho_words::say;
use serde_json::json;

use crate::cli::Common;
use crate::house::Ground;
use crate::output::{self, Failure};
use crate::passwords;
use crate::serve::runtime;

/// Where, and for whom.
#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    /// The directory; made if it is not there, refused if it holds an installation.
    dir: PathBuf,
    /// The organisation's first mail domain.
    #[arg(long)]
    domain: String,
    /// This machine's full name, as it will stand in the MX record.
    #[arg(long)]
    hostname: String,
}

/// Makes the installation and prints what to do next.
pub(crate) fn run(common: &Common, arguments: &InitArguments) -> Result<(), Failure> {
    let domain = domain_of("domain", &arguments.domain)?;
    let hostname = domain_of("hostname", &arguments.hostname)?;
    let path = arguments.dir.join("sekisho.toml");
    if path.exists() {
        let place = path.display().to_string();
        return Err(Failure::new(
            say("cli-init-exists", &[("path", place.as_str().into())]),
            1,
        ));
    }
    std::fs::create_dir_all(&arguments.dir)
        .map_err(|error| Failure::of_system(&arguments.dir.display().to_string(), &error))?;
    let config = configuration(&path, &hostname, &domain)?;
    let ground = Ground::open(&config)?;
    let made = runtime()?.block_on(settle(&ground, &domain, hostname.as_str()));
    ground.store.close();
    let made = made.map_err(|error| Failure::of_system("init", &*error))?;
    tell(common, &path, &made)
}

/// What `init` made, for the person at the terminal.
struct Made {
    administrator: String,
    password: String,
    records: Vec<WantedRecord>,
}

async fn settle(
    ground: &Ground,
    domain: &Domain,
    hostname: &str,
) -> Result<Made, Box<dyn std::error::Error>> {
    let directory = &ground.directory;
    let (actor, now) = (|| Actor::System("init"), Timestamp::now());
    let tenant = directory
        .add_organisation(domain.as_str(), actor(), now)
        .await?;
    directory
        .put_domain(tenant, domain, None, actor(), now)
        .await?;
    for (algorithm, selector) in [
        (Algorithm::RsaSha256, "rsa"),
        (Algorithm::Ed25519Sha256, "ed"),
    ] {
        let key = SigningKey::generate(algorithm, &mut SysRng)?;
        ground
            .store
            .put_setting(dkim(tenant, domain, &selector_of(selector, now), &key))
            .await?;
    }
    let address = Address::parse(&format!("admin@{}", domain.as_str()))?;
    let password = passwords::made_up().ok_or("the system gives no random bytes")?;
    let administrator = NewPerson {
        tenant,
        kind: AccountKind::Person,
        address: address.clone(),
        name: "Administrator".to_owned(),
        language: "ja".to_owned(),
        roles: Roles::STAFF.with(Roles::ADMIN),
        manager: None,
        deputy: None,
        plan: Plan::Gb50,
        password: Some(Secret::from(password.as_str())),
    };
    directory.add_account(administrator, actor(), now).await?;
    let (name, hostname) = (domain.as_str().to_owned(), hostname.to_owned());
    let records = ground
        .store
        .read(move |reader| {
            let keys = dkim_records(reader, tenant, &name)?;
            let dmarc = dmarc_of(reader, tenant)?;
            Ok(wanted_records(&name, &hostname, &keys, &dmarc))
        })
        .await?;
    Ok(Made {
        administrator: address.to_string(),
        password,
        records,
    })
}

fn dkim(tenant: Tenant, domain: &Domain, selector: &str, key: &SigningKey) -> PutSetting {
    PutSetting {
        tenant,
        key: format!("{DKIM_SETTINGS}{}/{selector}", domain.as_str()),
        value: Some(key.to_pem().into_bytes()),
        actor: Actor::System("init"),
        now: Timestamp::now(),
    }
}

/// With the month, so that the next key gets another name (RFC 6376 §3.1 asks for overlapping keys).
fn selector_of(kind: &str, now: Timestamp) -> String {
    format!("{kind}{}", now.strftime("%Y%m"))
}

/// The sample configuration with this host's values.
fn configuration(path: &Path, hostname: &Domain, domain: &Domain) -> Result<Config, Failure> {
    let data = path.parent().unwrap_or(Path::new(".")).join("data");
    let data = std::path::absolute(&data).map_err(|error| Failure::of_system("data", &error))?;
    let text = sekisho_server::config::SAMPLE
        .replace("\"mail.example.jp\"", &format!("\"{}\"", hostname.as_str()))
        .replace(
            "\"postmaster@example.jp\"",
            &format!("\"postmaster@{}\"", domain.as_str()),
        )
        .replace(
            "\"/var/lib/sekisho\"",
            &toml::Value::String(data.display().to_string()).to_string(),
        );
    let config = Config::parse(&text, path)
        .map_err(|errors| Failure::of_system("init", &errors.report(output::language())))?;
    std::fs::write(path, text)
        .map_err(|error| Failure::of_system(&path.display().to_string(), &error))?;
    Ok(config)
}

fn tell(common: &Common, path: &Path, made: &Made) -> Result<(), Failure> {
    if common.json {
        let value = json!({
            "config": path,
            "administrator": made.administrator,
            "password": made.password,
            "dns": made.records,
        });
        return output::answer(&value, true, &[]);
    }
    let path = path.display().to_string();
    let told = say(
        "cli-init-done",
        &[
            ("config", path.as_str().into()),
            ("user", made.administrator.as_str().into()),
            ("password", made.password.as_str().into()),
        ],
    );
    output::print(&format!("{}\n\n", told.in_language(output::language())))?;
    output::answer(&json!(made.records), false, &["name", "type", "value"])
}

fn domain_of(what: &str, text: &str) -> Result<Domain, Failure> {
    Domain::parse(text)
        .ok()
        .filter(|domain| !domain.is_literal())
        .ok_or_else(|| {
            let words = say(
                "cli-bad-domain",
                &[("what", what.into()), ("value", text.into())],
            );
            Failure::new(words, 2)
        })
}
