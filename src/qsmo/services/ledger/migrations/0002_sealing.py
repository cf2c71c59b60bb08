"""What holds the books in the database itself: sealing, kept balances, funds control, and rows that never change.

An entry is inserted unsealed, then its lines; then `sealed` is set. Setting it locks and asks the period, checks that
each half balances within each Treasury account, adds to the balances and draws on the controls in the order of their
keys. A line for a sealed entry is refused; the check holds the header, so that no line slips in while it is sealed.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from qsmo.platform.record.append_only import AppendOnly

POSTGRESQL = (
    """
CREATE FUNCTION ledger_line_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM ledger_entry WHERE id IN (SELECT entry_id FROM fresh) ORDER BY id FOR SHARE;
  IF EXISTS (SELECT 1 FROM fresh JOIN ledger_entry e ON e.id = fresh.entry_id WHERE e.sealed) THEN
    RAISE EXCEPTION 'ledger:sealed:a line for a sealed entry' USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER ledger_line_check AFTER INSERT ON ledger_line REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_line_check()
""",
    """
CREATE FUNCTION ledger_entry_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NOT NEW.sealed THEN RETURN NEW; END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NEW.sealed AND NOT OLD.sealed THEN
      OLD.sealed := true;
      IF OLD IS NOT DISTINCT FROM NEW THEN RETURN NEW; END IF;
    END IF;
  END IF;
  RAISE EXCEPTION 'ledger:fixed:an entry is sealed once its lines are there, and never changed or deleted'
    USING ERRCODE = '23001';
END $$
""",
    """
CREATE TRIGGER ledger_entry_fixed BEFORE INSERT OR UPDATE OR DELETE ON ledger_entry
  FOR EACH ROW EXECUTE FUNCTION ledger_entry_fixed()
""",
    """
CREATE FUNCTION ledger_seal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE culprit record;
BEGIN
  PERFORM 1 FROM ledger_accounting p WHERE (p.book_id, p.year, p.number)
    IN (SELECT book_id, year, period FROM fresh) ORDER BY p.id FOR SHARE;
  SELECT f.id INTO culprit FROM fresh f WHERE NOT EXISTS (
    SELECT 1 FROM ledger_accounting p
    WHERE p.book_id = f.book_id AND p.year = f.year AND p.number = f.period AND p.state = 'open') LIMIT 1;
  IF FOUND THEN RAISE EXCEPTION 'ledger:period:entry %', culprit.id USING ERRCODE = '23514'; END IF;
  SELECT f.id INTO culprit FROM fresh f
    WHERE (SELECT count(*) FROM ledger_line l WHERE l.entry_id = f.id) < 2 LIMIT 1;
  IF FOUND THEN RAISE EXCEPTION 'ledger:lines:entry %', culprit.id USING ERRCODE = '23514'; END IF;
  SELECT f.id INTO culprit FROM fresh f JOIN ledger_line l ON l.entry_id = f.id
    JOIN ledger_combination c ON c.id = l.combination_id
    GROUP BY f.id, f.book_id, c.symbol_id, c.half
    HAVING sum(l.cents) <> 0 OR bool_or(c.book_id <> f.book_id) LIMIT 1;
  IF FOUND THEN RAISE EXCEPTION 'ledger:unbalanced:entry %', culprit.id USING ERRCODE = '23514'; END IF;
  INSERT INTO ledger_balance AS b (book_id, combination_id, year, period, debits_cents, credits_cents)
    SELECT f.book_id, l.combination_id, f.year, f.period,
      coalesce(sum(l.cents) FILTER (WHERE l.cents > 0), 0), coalesce(sum(-l.cents) FILTER (WHERE l.cents < 0), 0)
    FROM fresh f JOIN ledger_line l ON l.entry_id = f.id
    GROUP BY f.book_id, l.combination_id, f.year, f.period
    ORDER BY l.combination_id, f.year, f.period
  ON CONFLICT (combination_id, year, period) DO UPDATE
    SET debits_cents = b.debits_cents + excluded.debits_cents,
        credits_cents = b.credits_cents + excluded.credits_cents;
  PERFORM 1 FROM ledger_control WHERE id IN (
      SELECT d.control_id FROM fresh f JOIN ledger_line l ON l.entry_id = f.id
      JOIN ledger_draw d ON d.combination_id = l.combination_id)
    ORDER BY id FOR NO KEY UPDATE;
  UPDATE ledger_control c SET left_cents = c.left_cents + moved.cents
    FROM (
      SELECT d.control_id, sum(l.cents * d.weight) AS cents FROM fresh f
      JOIN ledger_line l ON l.entry_id = f.id
      JOIN ledger_draw d ON d.combination_id = l.combination_id
      JOIN ledger_control k ON k.id = d.control_id
        AND (k.year = 0 OR (k.year = f.year AND f.period < 15))
      GROUP BY d.control_id) moved
    WHERE c.id = moved.control_id AND moved.cents <> 0;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER ledger_seal AFTER UPDATE ON ledger_entry REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_seal()
""",
    """
CREATE FUNCTION ledger_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'DELETE' AND pg_trigger_depth() > 1 THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'ledger:kept:rows of % move when an entry is sealed, and no other way', TG_TABLE_NAME
    USING ERRCODE = '23001';
END $$
""",
    """
CREATE TRIGGER ledger_balance_kept BEFORE INSERT OR UPDATE OR DELETE ON ledger_balance
  FOR EACH ROW EXECUTE FUNCTION ledger_kept()
""",
    """
CREATE TRIGGER ledger_control_kept BEFORE UPDATE OF left_cents, hard, year, key OR DELETE ON ledger_control
  FOR EACH ROW WHEN (OLD.level <> 'budget') EXECUTE FUNCTION ledger_kept()
""",
    *(
        f"CREATE TRIGGER ledger_{table}_no_truncate BEFORE TRUNCATE ON ledger_{table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION qsmo_append_only()"
        for table in ("entry", "balance", "control")
    ),
)

SQLITE = (
    """
CREATE TRIGGER ledger_line_check BEFORE INSERT ON ledger_line
WHEN (SELECT sealed FROM ledger_entry WHERE id = NEW.entry_id)
BEGIN SELECT RAISE(ABORT, 'ledger:sealed:a line for a sealed entry'); END
""",
    """
CREATE TRIGGER ledger_entry_new BEFORE INSERT ON ledger_entry WHEN NEW.sealed
BEGIN SELECT RAISE(ABORT, 'ledger:fixed:an entry is sealed once its lines are there'); END
""",
    """
CREATE TRIGGER ledger_entry_kept BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'ledger:fixed:an entry is never deleted'); END
""",
    """
CREATE TRIGGER ledger_entry_fixed BEFORE UPDATE ON ledger_entry
WHEN OLD.sealed OR NOT NEW.sealed OR NEW.id IS NOT OLD.id OR NEW.book_id IS NOT OLD.book_id
  OR NEW.made_at IS NOT OLD.made_at OR NEW.year IS NOT OLD.year OR NEW.period IS NOT OLD.period
  OR NEW."on" IS NOT OLD."on" OR NEW.rule IS NOT OLD.rule OR NEW.rule_version IS NOT OLD.rule_version
  OR NEW.source IS NOT OLD.source OR NEW.key IS NOT OLD.key OR NEW.digest IS NOT OLD.digest
  OR NEW.words IS NOT OLD.words OR NEW.reverses_id IS NOT OLD.reverses_id
  OR NEW.made_by IS NOT OLD.made_by OR NEW.made_name IS NOT OLD.made_name
BEGIN SELECT RAISE(ABORT, 'ledger:fixed:an entry is never changed'); END
""",
    """
CREATE TRIGGER ledger_seal AFTER UPDATE OF sealed ON ledger_entry WHEN NEW.sealed AND NOT OLD.sealed
BEGIN
  SELECT RAISE(ABORT, 'ledger:period:entry') WHERE NOT EXISTS (
    SELECT 1 FROM ledger_accounting p WHERE p.book_id = NEW.book_id AND p.year = NEW.year
    AND p.number = NEW.period AND p.state = 'open');
  SELECT RAISE(ABORT, 'ledger:lines:entry')
    WHERE (SELECT count(*) FROM ledger_line l WHERE l.entry_id = NEW.id) < 2;
  SELECT RAISE(ABORT, 'ledger:unbalanced:entry') WHERE EXISTS (
    SELECT 1 FROM ledger_line l JOIN ledger_combination c ON c.id = l.combination_id
    WHERE l.entry_id = NEW.id GROUP BY c.symbol_id, c.half
    HAVING sum(l.cents) <> 0 OR max(c.book_id <> NEW.book_id));
  INSERT INTO ledger_balance (book_id, combination_id, year, period, debits_cents, credits_cents)
    SELECT NEW.book_id, l.combination_id, NEW.year, NEW.period,
      sum(max(l.cents, 0)), sum(max(-l.cents, 0))
    FROM ledger_line l WHERE l.entry_id = NEW.id GROUP BY l.combination_id
  ON CONFLICT (combination_id, year, period) DO UPDATE
    SET debits_cents = debits_cents + excluded.debits_cents,
        credits_cents = credits_cents + excluded.credits_cents;
  UPDATE ledger_control SET left_cents = left_cents + moved.cents
    FROM (
      SELECT d.control_id, sum(l.cents * d.weight) AS cents FROM ledger_line l
      JOIN ledger_draw d ON d.combination_id = l.combination_id
      JOIN ledger_control k ON k.id = d.control_id
        AND (k.year = 0 OR (k.year = NEW.year AND NEW.period < 15))
      WHERE l.entry_id = NEW.id GROUP BY d.control_id) AS moved
    WHERE ledger_control.id = moved.control_id AND moved.cents <> 0;
END
""",
    """
CREATE TRIGGER ledger_balance_kept BEFORE DELETE ON ledger_balance
BEGIN SELECT RAISE(ABORT, 'ledger:kept:a balance is never deleted'); END
""",
    """
CREATE TRIGGER ledger_control_kept BEFORE DELETE ON ledger_control WHEN OLD.level <> 'budget'
BEGIN SELECT RAISE(ABORT, 'ledger:kept:a control of the law is never deleted'); END
""",
)


def lock(_apps: Any, schema_editor: Any) -> None:
    """Make the triggers of the database in use."""
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0001_initial")]

    operations: ClassVar = [
        AppendOnly("ledger_line"),
        AppendOnly("ledger_combination"),
        AppendOnly("ledger_draw"),
        AppendOnly("ledger_periodseal"),
        migrations.RunPython(lock),
    ]
