//! A page in headless Chromium, where there is one.

use std::path::PathBuf;
use std::process::Command;
use tempfile::tempdir;

/// A browser of this machine.
pub(crate) struct Browser(PathBuf);

/// What a browser makes of a page.
#[derive(Debug)]
pub(crate) struct Seen {
    /// What was written to the console.
    pub(crate) console: Vec<String>,
    /// What was asked for, besides the page itself.
    pub(crate) requests: Vec<String>,
    /// The width of what there is, and of the window.
    pub(crate) scroll: i64,
    pub(crate) client: i64,
    /// Pictures that take room.
    pub(crate) pictures: usize,
    /// A word of a picture or of the text is in what can be selected.
    pub(crate) selected: bool,
    /// Texts of one picture that stand on each other.
    pub(crate) overlapping: Vec<String>,
}

/// Looks around, and leaves what it saw in the title.
const LOOK: &str = r#"<script>
const pictures = [...document.querySelectorAll('figure svg')].filter(s => {
  const r = s.getBoundingClientRect();
  return r.width > 100 && r.height > 40 && getComputedStyle(s).visibility === 'visible';
});
const overlapping = [];
for (const svg of pictures) {
  const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBBox()]);
  for (let i = 0; i < texts.length; i++) for (let j = i + 1; j < texts.length; j++) {
    const [a, b] = [texts[i][1], texts[j][1]];
    const x = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
    const y = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
    if (x > 2 && y > 5) overlapping.push(texts[i][0] + ' | ' + texts[j][0]);
  }
}
getSelection().selectAllChildren(document.body);
const selected = getSelection().toString().includes(WORD)
  || pictures.some(s => [...s.querySelectorAll('text')].some(t => t.textContent.includes(WORD)));
document.title = JSON.stringify({
  scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth,
  pictures: pictures.length, selected, overlapping,
  requests: performance.getEntriesByType('resource').map(e => e.name) });
</script>"#;

impl Browser {
    /// The first that runs.
    pub(crate) fn find() -> Option<Browser> {
        let names = [
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
        ];
        let runs = |name: &&str| {
            Command::new(name)
                .arg("--version")
                .output()
                .is_ok_and(|o| o.status.success())
        };
        names
            .into_iter()
            .find(runs)
            .map(|name| Browser(PathBuf::from(name)))
    }

    /// Opens a page in a window so wide.
    pub(crate) fn look(&self, page: &str, wide: i64, word: &str) -> Seen {
        let dir = tempdir().unwrap();
        // A page as written lets no script run: that is what is looked at first, for what it says.
        let plain = dir.path().join("page.html");
        std::fs::write(&plain, page).unwrap();
        let (_, said) = self.open(&plain, wide);
        let console = said
            .lines()
            .filter(|l| l.contains("CONSOLE"))
            .map(str::to_owned)
            .collect();
        // The same without that rule, and with eyes.
        let (before, rest) = page
            .split_once("<meta http-equiv=\"Content-Security-Policy\"")
            .expect("a policy");
        let rest = rest.split_once('>').expect("its end").1;
        let eyes = LOOK.replace("WORD", &serde_json::to_string(word).unwrap());
        let looked = dir.path().join("looked.html");
        std::fs::write(
            &looked,
            format!("{before}{rest}").replace("</body>", &format!("{eyes}</body>")),
        )
        .unwrap();
        let (dom, _) = self.open(&looked, wide);
        let title = dom
            .split("<title>")
            .nth(1)
            .and_then(|t| t.split("</title>").next())
            .expect("a title");
        let title = title
            .replace("&amp;", "&")
            .replace("&lt;", "<")
            .replace("&gt;", ">");
        let seen: serde_json::Value = serde_json::from_str(&title).expect(&title);
        let texts = |name: &str| -> Vec<String> {
            let all = seen[name].as_array().expect("a list").iter();
            all.map(|t| t.as_str().expect("a text").to_owned())
                .collect()
        };
        let number = |name: &str| seen[name].as_i64().expect("a number");
        Seen {
            console,
            requests: texts("requests"),
            scroll: number("scroll"),
            client: number("client"),
            pictures: usize::try_from(number("pictures")).unwrap(),
            selected: seen["selected"].as_bool().unwrap(),
            overlapping: texts("overlapping"),
        }
    }

    /// The document as it stands, and what was said.
    fn open(&self, page: &std::path::Path, wide: i64) -> (String, String) {
        let profile = tempdir().unwrap();
        let output = Command::new(&self.0)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
            ])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ])
            .args(["--enable-logging=stderr", "--hide-scrollbars", "--dump-dom"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("--window-size={wide},1400"))
            .arg(format!("file://{}", page.display()))
            .output()
            .expect("the browser runs");
        let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
        (text(&output.stdout), text(&output.stderr))
    }
}
