//! Where scratch and tables lie, and how large all is.

use super::*;

impl Layout {
    /// The keys of what an event happens to.
    pub(crate) fn keys_of(&self, event: Event) -> &Keys {
        match event {
            Event::Fired(t) | Event::AtOnce(t) | Event::Late(t) => &self.timers[&t].keys,
            Event::Rise(e) | Event::Fall(e) | Event::Held(e) | Event::Failed(e) => {
                &self.edges[&e].keys
            }
            Event::Started(s) | Event::Ended(s) => &self.statuses[&s].keys,
            Event::Enter(p, _)
            | Event::Leave(p, _)
            | Event::Entering(p, _)
            | Event::Leaving(p, _) => &self.procedures[&p].keys,
            Event::Opened(d) | Event::Opening(d) | Event::Outcome(d, _) | Event::Closing(d, _) => {
                &self.decisions[&d].keys
            }
        }
    }

    /// Columns with streams of draws, and how many each has.
    pub(super) fn streams(&self) -> Vec<(Col, u32)> {
        let behaviours = self.behaviours.iter();
        let clocks = behaviours.map(|b| (b.stream, b.names.as_ref().unwrap_or(&b.keys).cap));
        let ballots = self.decisions.values().flat_map(|d| d.lines.streams());
        clocks.chain(ballots).collect()
    }

    /// The keys of the first draws of some streams, if they are kept.
    pub(crate) fn near(&self, streams: Col) -> Option<Col> {
        let near = self.near.iter().find(|n| n.streams.off == streams.off);
        near.map(|n| n.keys)
    }

    /// Scratch and tables come after what a run changes.
    pub(super) fn move_cold(&mut self) {
        let by = i32::try_from(self.mutable).unwrap_or(i32::MAX);
        let mut cold: Vec<&mut Col> = vec![
            &mut self.queue.next,
            &mut self.queue.head,
            &mut self.queue.word,
            &mut self.ln,
        ];
        for b in &mut self.behaviours {
            cold.extend([&mut b.stream, &mut b.first_key]);
        }
        for d in self.decisions.values_mut() {
            cold.extend(d.cold());
        }
        cold.extend(
            self.near
                .iter_mut()
                .flat_map(|n| [&mut n.streams, &mut n.keys]),
        );
        cold.push(&mut self.armed.entries);
        cold.extend(self.enabled.iter_mut().map(|l| &mut l.entries));
        let moves = self.procedures.values_mut().map(|p| &mut p.moves.entries);
        cold.extend(moves);
        cold.extend(self.lists.values_mut().map(|l| &mut l.entries));
        cold.extend(
            self.watchers
                .iter_mut()
                .filter_map(|w| w.list.as_mut())
                .map(|l| &mut l.entries),
        );
        cold.extend(
            self.statuses
                .values_mut()
                .filter_map(|s| s.mark.as_mut())
                .map(|(_, l)| &mut l.entries),
        );
        for col in cold {
            col.off = col.off.saturating_add(by);
        }
        self.image = self.image.saturating_add(by);
    }

    pub(super) fn check(self) -> Result<Layout, Refusal> {
        if self.size > LARGEST {
            let mib = self.size >> 20;
            return Err(Refusal::new(
                codes::E0965,
                format!("a run needs {mib} MiB, and at most 64 are allowed"),
            ));
        }
        Ok(self)
    }
}
