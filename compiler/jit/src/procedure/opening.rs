//! Instances are opened: by an act, an event or the stage of another (R44, R46).

use super::*;

impl Em<'_, '_> {
    /// What the stages entered in this pass open of a procedure.
    pub(super) fn children(&mut self, pass: &Pass, q: ProcedureId) -> R<bool> {
        let program = self.program;
        let mut any = false;
        for (p, s, o, number) in openings(program) {
            let entered = Event::Enter(p, s);
            if o.procedure != q || !pass.active.contains(&entered) {
                continue;
            }
            any = true;
            let this = self.procedure(p).this;
            self.each_event(pass, entered, |em, at| {
                let e = em.instance(p, at);
                let env = em.at_present().with(this, Bind::V(V::Entity(e)));
                let holds = match o.guard {
                    None => em.bool(true),
                    Some(g) => em.truth(g, &env)?,
                };
                em.when(holds, |em| {
                    let mut fields = Vec::new();
                    for (f, g) in &o.fields {
                        if em.layout.procedures[&q].fields.contains_key(f) {
                            fields.push((*f, em.value(*g, &env)?));
                        }
                    }
                    fields.extend(em.procedure(q).parent.map(|f| (f, V::Entity(e))));
                    em.stage_opening(q, &fields, Some((e, number)))
                })
            })
            .map_err(|r| r.within(program, o.provision))?;
        }
        Ok(any)
    }

    /// What events open instances of a procedure.
    pub(super) fn openers(&mut self, pass: &Pass, p: ProcedureId) -> R<bool> {
        let program = self.program;
        let procedure = &program.procedures[p.index()];
        let mut any = false;
        for (on, guard, fields) in &procedure.opened_by {
            if !self.may_hear(pass, on) {
                continue;
            }
            any = true;
            self.in_order(pass, on)?;
            let rule = watching(on, Vec::new());
            self.heard(pass, &rule, &mut |em, env| {
                let holds = match guard {
                    None => em.bool(true),
                    Some(g) => em.truth(*g, env)?,
                };
                em.when(holds, |em| {
                    let mut values = Vec::new();
                    for (f, g) in fields {
                        if em.layout.procedures[&p].fields.contains_key(f) {
                            values.push((*f, em.value(*g, env)?));
                        }
                    }
                    em.stage_opening(p, &values, None)
                })
            })
            .map_err(|r| r.within(program, procedure.provision))?;
        }
        Ok(any)
    }

    /// Instances are numbered in the order of the keys of what opens them, not in that of a list.
    pub(super) fn in_order(&mut self, pass: &Pass, on: &On) -> R<()> {
        for event in self.heard_in(pass, on) {
            let keys = self.layout.keys_of(event);
            if keys.dims.iter().any(|d| d.kinds.len() > 1) {
                return Err(Refusal::form(
                    "a procedure opened for entities of several kinds is not compiled",
                ));
            }
            if keys.cap > 1 {
                self.sort(self.layout.lists[&event])?;
            }
        }
        Ok(())
    }

    /// The next instance with its fields, if there is room: it is opened when all have read this state.
    pub(super) fn stage_opening(
        &mut self,
        p: ProcedureId,
        fields: &[(FieldId, V)],
        parent: Option<(ir::Value, i64)>,
    ) -> R<()> {
        let cols = &self.layout.procedures[&p];
        let (created, staged) = (self.get(cols.created), self.get(cols.staged));
        let at = self.b.ins().iadd(created, staged);
        let room = self.cmp_imm(IntCC::SignedLessThan, at, i64::from(cols.keys.cap));
        self.either(
            room,
            |em| {
                em.fill(p, at, fields)?;
                if let Some((of, by)) = cols.parent {
                    let (e, number) = match parent {
                        Some((e, n)) => (e, em.int(n)),
                        None => (em.int(-1), em.int(-1)),
                    };
                    em.store(of, at, e);
                    em.store(by, at, number);
                }
                let n = em.plus(staged, 1);
                em.set(cols.staged, n);
                Ok(())
            },
            |em| {
                em.too_many();
                Ok(())
            },
        )
    }

    pub(super) fn fill(&mut self, p: ProcedureId, at: ir::Value, given: &[(FieldId, V)]) -> R<()> {
        let program = self.program;
        for (f, col) in &self.layout.procedures[&p].fields {
            let field = &program.fields[f.index()];
            let value = match given.iter().find(|(g, _)| g == f) {
                Some((_, v)) => v.clone(),
                None => match (field.default, &field.ty) {
                    (Some(default), _) => self.value(default, &Env::default())?,
                    (None, Ty::Optional(_)) => V::Const(Const::None),
                    _ => {
                        return Err(Refusal::open(format!(
                            "the field `{}` of what is opened here has no value",
                            field.name
                        )));
                    }
                },
            };
            let is_time = matches!(plain(&field.ty), Ty::Day | Ty::Time);
            let bits = match value {
                V::Const(Const::None) if is_time => self.int(NEVER),
                v => self.bits(&v)?,
            };
            self.store(*col, at, bits);
        }
        Ok(())
    }

    /// The field of an instance.
    pub(crate) fn instance_field(&mut self, owner: Guard, f: FieldId, env: &Env) -> R<V> {
        let program = self.program;
        let field = &program.fields[f.index()];
        let all = &self.layout.procedures;
        let found = all
            .values()
            .find_map(|p| Some((&p.keys, *p.fields.get(&f)?)));
        let Some((keys, col)) = found else {
            return Err(Refusal::form("an unread field"));
        };
        let (at, fits) = self.key(keys, &[owner], env)?;
        let v = self.load(col, at);
        let none = match plain(&field.ty) {
            Ty::Bool | Ty::Int | Ty::Quantity(_) => 0,
            Ty::Day | Ty::Time => NEVER,
            _ => -1,
        };
        let v = match fits {
            Some(fits) => {
                let none = self.int(none);
                self.b.ins().select(fits, v, none)
            }
            None => v,
        };
        Ok(match plain(&field.ty) {
            Ty::Bool => V::Bool(self.b.ins().ireduce(ir::types::I8, v)),
            Ty::Int | Ty::Quantity(_) => V::Int(v),
            Ty::Day | Ty::Time => V::Time(v),
            _ => V::Entity(v),
        })
    }

    /// Fields that the arguments of the same name of an act fill (R44).
    pub(crate) fn fields_from(
        &mut self,
        p: ProcedureId,
        opens: usize,
        done: &Done,
    ) -> R<Vec<(FieldId, V)>> {
        let program = self.program;
        let params = &program.acts[done.act.index()].params;
        let mut out = Vec::new();
        for f in self.layout.procedures[&p].fields.keys() {
            let name = &program.fields[f.index()].name;
            if let Some(i) = params.iter().position(|(n, ..)| n == name)
                && i != opens
            {
                out.push((*f, self.argument(done, i as u32)?));
            }
        }
        Ok(out)
    }

    /// The run has more than the experiment allows.
    pub(crate) fn too_many(&mut self) {
        if let Some(flag) = self.layout.overflow {
            self.set_imm(flag, 1);
        }
    }

    /// An act opens an instance: it is there before its act is looked at, and enters its first stage in the next pass.
    pub(crate) fn open_by_act(
        &mut self,
        p: ProcedureId,
        fields: &[(FieldId, V)],
        full: ir::Block,
    ) -> R<ir::Value> {
        let cols = &self.layout.procedures[&p];
        let at = self.get(cols.created);
        let room = self.cmp_imm(IntCC::SignedLessThan, at, i64::from(cols.keys.cap));
        let (yes, no) = (self.block(), self.block());
        self.branch(room, yes, no);
        self.at(no);
        self.too_many();
        self.jump(full);
        self.at(yes);
        self.fill(p, at, fields)?;
        if let Some((of, by)) = cols.parent {
            self.store_imm(of, at, -1);
            self.store_imm(by, at, -1);
        }
        self.install(p, at)?;
        Ok(self.instance(p, at))
    }

    /// An instance is there, in its first stage.
    pub(super) fn install(&mut self, p: ProcedureId, at: ir::Value) -> R<()> {
        let layout = self.layout;
        let cols = &layout.procedures[&p];
        let births = self.procedure(p).births();
        let first = births.first().copied().unwrap_or(0);
        let kind = self.procedure(p).kind;
        let n = self.plus(at, 1);
        self.set(cols.created, n);
        self.store_imm(cols.stage, at, i64::from(first));
        let now = self.now();
        if let Some(col) = cols.entered.get(&first) {
            self.store(*col, at, now);
        }
        for ((_, s), col) in &cols.since {
            if *s == first {
                self.store_imm(*col, at, 0);
            }
        }
        if let Some(open) = cols.open
            && !self.outcomes(p).contains(&first)
        {
            let n = self.get(open);
            let n = self.plus(n, 1);
            self.set(open, n);
        }
        let bits = self.entered(p, first);
        self.leave(bits);
        if let Some(list) = layout.lists.get(&Event::Entering(p, first)) {
            self.append(*list, at);
        }
        self.wrote(Slot::Kind(kind), &cols.keys, at)?;
        self.wrote(Slot::Stage(p), &cols.keys, at)
    }
}
