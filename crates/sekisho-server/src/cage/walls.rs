//! What a worker takes from itself before it sees the first file. Each wall alone would hold; kernels lack some.

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetStatus,
    Scope,
};
use rustix::process::{Resource, Rlimit, setrlimit};
use seccompiler::{SeccompAction, SeccompFilter, TargetArch};
use serde::{Deserialize, Serialize};

use crate::limits::{CAGE_CPU_S_MAX, CAGE_DESCRIPTORS_MAX, CAGE_MEMORY_BYTES_MAX};

/// Which walls stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walls {
    /// Limits on memory, CPU time, descriptors and written files.
    pub limits: bool,
    /// Landlock: no file, no network.
    pub landlock: bool,
    /// Seccomp: no system call but those for memory, the own socket and the end.
    pub seccomp: bool,
}

impl Walls {
    /// Puts them up around this process, for good.
    pub fn put_up() -> Self {
        Self {
            limits: limits().is_ok(),
            landlock: landlock().unwrap_or(false),
            // Last: the others need system calls that it takes away.
            seccomp: seccomp().unwrap_or(false),
        }
    }
}

fn limits() -> Result<(), rustix::io::Errno> {
    let both = |most: u64| Rlimit {
        current: Some(most),
        maximum: Some(most),
    };
    setrlimit(Resource::As, both(CAGE_MEMORY_BYTES_MAX))?;
    setrlimit(Resource::Cpu, both(CAGE_CPU_S_MAX))?;
    setrlimit(Resource::Fsize, both(0))?;
    setrlimit(Resource::Core, both(0))?;
    setrlimit(Resource::Nofile, both(CAGE_DESCRIPTORS_MAX))
}

/// No rule allows anything, so all that the kernel can handle is refused.
fn landlock() -> Result<bool, landlock::RulesetError> {
    let abi = ABI::V6;
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(abi))?
        .handle_access(AccessNet::from_all(abi))?
        .scope(Scope::from_all(abi))?
        .create()?
        .restrict_self()?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}

/// Refused calls fail with EPERM, so that a library that asks for the number of cores goes on without.
fn seccomp() -> Option<bool> {
    let arch = TargetArch::try_from(std::env::consts::ARCH).ok()?;
    let rules = ALLOWED.iter().map(|call| (*call, Vec::new())).collect();
    let refuse = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let filter = SeccompFilter::new(rules, refuse, SeccompAction::Allow, arch).ok()?;
    let program: seccompiler::BpfProgram = filter.try_into().ok()?;
    Some(seccompiler::apply_filter(&program).is_ok())
}

/// Memory, the socket that is there already, time, random bytes, signals to oneself, the end.
const ALLOWED: &[libc::c_long] = &[
    libc::SYS_brk,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_recvfrom,
    libc::SYS_sendto,
    libc::SYS_close,
    libc::SYS_futex,
    libc::SYS_clock_gettime,
    libc::SYS_getrandom,
    libc::SYS_sched_yield,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_exit,
    libc::SYS_exit_group,
];
