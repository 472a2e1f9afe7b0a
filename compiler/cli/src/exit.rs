//! Exit codes, and the ways a command ends early.

use std::io;

/// What the process tells its caller.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Nothing to report.
    Fine,
    /// The command worked and found something: an expectation that is not met, a file
    /// that is not formatted.
    Findings,
    /// The command line asks for something there is not.
    Usage,
    /// A file cannot be read, or what is in it does not check.
    BadInput,
    /// A defect of this program.
    Internal,
}

impl Exit {
    /// The number.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Exit::Fine => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::BadInput => 3,
            Exit::Internal => 70,
        }
    }
}

/// Why a command ended early. Whatever was to be said has been said.
#[derive(Debug)]
pub(crate) enum Stop {
    /// With this code.
    Exit(Exit),
    /// Nobody reads the output any more.
    Pipe,
    /// The output cannot be written.
    Output(io::Error),
}

impl From<io::Error> for Stop {
    fn from(e: io::Error) -> Stop {
        if e.kind() == io::ErrorKind::BrokenPipe {
            Stop::Pipe
        } else {
            Stop::Output(e)
        }
    }
}

impl From<Exit> for Stop {
    fn from(exit: Exit) -> Stop {
        Stop::Exit(exit)
    }
}

/// How a command ends.
pub(crate) type Done = Result<Exit, Stop>;
