//! The modules that `rogatio new` begins from, embedded.
//!
//! Each is a folder of `templates` with a module, its scenarios and a page. They are programs like any other, and checked
//! by the tests as they stand: the name [`PLACEHOLDER`] is all that is replaced.

use clap::ValueEnum;
use rogatio_diagnostics::SourceMap;
use rogatio_grammar::format;

/// The name of the module in every template.
const PLACEHOLDER: &str = "my_rules";

/// What a new module begins from.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Template {
    /// Signature to withdrawal, entry into force, amendment.
    #[default]
    Treaty,
    /// Votes by weight, a quorum, a veto.
    Council,
    /// A general meeting, its second call, the casting vote.
    Association,
    /// Proposals, a voting period, a quorum, a timelock.
    Dao,
    /// Two chambers, the President's veto and its override.
    Parliament,
}

/// A file of a new folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewFile {
    /// Its name.
    pub(crate) name: String,
    /// Its text.
    pub(crate) text: String,
}

macro_rules! texts {
    ($folder:literal) => {
        [
            include_str!(concat!("../templates/", $folder, "/my_rules.rog")),
            include_str!(concat!("../templates/", $folder, "/my_rules.scenarios.rog")),
            include_str!(concat!("../templates/", $folder, "/README.md")),
        ]
    };
}

impl Template {
    fn texts(self) -> [&'static str; 3] {
        match self {
            Template::Treaty => texts!("treaty"),
            Template::Council => texts!("council"),
            Template::Association => texts!("association"),
            Template::Dao => texts!("dao"),
            Template::Parliament => texts!("parliament"),
        }
    }

    /// Its module, scenarios and page under a name, in this order.
    pub(crate) fn files(self, name: &str) -> [NewFile; 3] {
        let [module, scenarios, page] = self.texts().map(|text| text.replace(PLACEHOLDER, name));
        // A name of another length may break lines elsewhere.
        let laid_out = |text: String| {
            let file = SourceMap::new().add("", text.as_str());
            format(file, &text).unwrap_or(text)
        };
        let file = |name, text| NewFile { name, text };
        [
            file(format!("{name}.rog"), laid_out(module)),
            file(format!("{name}.scenarios.rog"), laid_out(scenarios)),
            file("README.md".to_owned(), page),
        ]
    }
}
