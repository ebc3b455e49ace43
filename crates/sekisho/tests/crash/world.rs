//! The organisation that the mails are for, and what goes wrong in it.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sekisho_store::{Actor, Options, PutSetting, Store, Tenant};
use sekisho_testkit::{Demo, Sink, run};
use tempfile::TempDir;

use crate::PROGRAM;
use crate::ledger::Ledger;

/// Who has a mailbox of a few mails.
pub(crate) const SMALL: &str = "small@hanko.example.jp";
pub(crate) const SMALL_PASSWORD: &str = "a-long-password";
const SMALL_QUOTA: &str = "8KB";

/// Mail to outside leaves at once; one rule names an approver whom nobody knows.
const POLICY: &str = r#"preset = "standard"
[[change]]
rule = "delay-outside"
mode = "off"
[[rule]]
name = "approver-is-gone"
direction = "outbound"
when = { recipients = { address = "b@dead.example.org" } }
then = { action = "hold", approver = ["gone@hanko.example.jp"] }
"#;

/// No policy at all: as a damaged row, or one of a later version, would be.
const BROKEN_POLICY: &str = "preset = \"standard\"\n[[rule]]\nname = ";

/// The peers.
pub(crate) struct World {
    strict: Sink,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            strict: Sink::answering("550 5.1.1 no such person here"),
        }
    }

    /// People, routes and rules, once.
    pub(crate) fn begin(&self, demo: Demo) -> Demo {
        let set = |arguments: &[&str]| self.command(&demo, arguments);
        let (user1, user2) = ("user1@hanko.example.jp", "user2@hanko.example.jp");
        set(&["alias", "add", "tantou@hanko.example.jp", user1]);
        let everyone = "everyone@hanko.example.jp";
        set(&[
            "group", "set", everyone, "--member", user1, "--member", user2,
        ]);
        let add = [
            "user",
            "add",
            SMALL,
            "--quota",
            SMALL_QUOTA,
            "--password-stdin",
        ];
        let config = demo.dir().join("sekisho.toml");
        run(PROGRAM, &config, "C", &format!("{SMALL_PASSWORD}\n"), &add).well();
        for (domain, port) in [("strict", self.strict.port()), ("dead", "1".to_owned())] {
            let domain = format!("{domain}.example.org");
            let to = ["--host", "127.0.0.1", "--port", &port, "--tls", "never"];
            set(&[&["route", "set", &domain], &to[..]].concat());
        }
        let file = demo.dir().join("policy.toml");
        std::fs::write(&file, POLICY).unwrap();
        set(&["policy", "set", file.to_str().unwrap()]);
        demo
    }

    pub(crate) fn command(&self, demo: &Demo, arguments: &[&str]) -> String {
        demo.command(arguments).well().out
    }

    /// A round under a policy that cannot be read; after it the policy is there again.
    pub(crate) fn break_policy(
        &self,
        dir: TempDir,
        ledger: &Ledger,
        round: impl FnOnce(TempDir) -> TempDir,
    ) -> TempDir {
        put_policy(dir.path(), BROKEN_POLICY);
        ledger.policy_is_broken(true);
        let dir = round(dir);
        ledger.policy_is_broken(false);
        put_policy(dir.path(), POLICY);
        dir
    }
}

/// Past every check, while no server runs.
fn put_policy(dir: &Path, text: &str) {
    let store = Store::open(Options::new(dir.join("data"))).unwrap();
    let put = PutSetting {
        tenant: Tenant(1),
        key: sekisho_command::POLICY_SETTING.to_owned(),
        value: Some(text.as_bytes().to_vec()),
        actor: Actor::System("test"),
        now: Timestamp::now(),
    };
    store.put_setting(put).wait().unwrap();
    store.close();
}

/// A disk of its own, where one may be mounted.
pub(crate) struct SmallDisk(PathBuf);

impl SmallDisk {
    pub(crate) fn mount(place: &Path, size: &str) -> Option<Self> {
        std::fs::create_dir_all(place).unwrap();
        let mut mount = std::process::Command::new("mount");
        mount.args([
            "-t",
            "tmpfs",
            "-o",
            &format!("size={size},mode=700"),
            "tmpfs",
        ]);
        mount.arg(place).stderr(std::process::Stdio::null());
        let done = mount.status();
        done.is_ok_and(|status| status.success())
            .then(|| Self(place.to_owned()))
    }

    /// Not a byte is left.
    pub(crate) fn fill(&self) {
        use std::io::Write;
        let mut file = std::fs::File::create(self.filler()).unwrap();
        for size in [1 << 20, 4 << 10, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }

    pub(crate) fn make_room(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let umount = std::process::Command::new("umount")
            .arg("-l")
            .arg(&self.0)
            .status();
        umount.ok();
    }
}
