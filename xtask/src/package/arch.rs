//! Processors that Lambda offers.

/// A processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arch {
    /// Graviton: what the template says, a fifth cheaper for the same time.
    Arm64,
    /// What some organisations' rules want.
    X86,
}

impl Arch {
    /// As `Architectures` of a function names it, and as the package's folder is called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86 => "x86_64",
        }
    }

    /// Rust's target.
    pub(super) fn triple(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64-unknown-linux-gnu",
            Self::X86 => "x86_64-unknown-linux-gnu",
        }
    }

    /// `e_machine` of an ELF file.
    pub(super) fn elf_machine(self) -> u16 {
        match self {
            Self::Arm64 => 183,
            Self::X86 => 62,
        }
    }

    /// Whether this machine runs such programs itself.
    pub(super) fn is_native(self) -> bool {
        self.triple().starts_with(std::env::consts::ARCH)
    }
}
