"""What makes posting fast on PostgreSQL: one call writes and seals any number of entries, behind the same triggers.

A line names its entry and its combination, of which neither is ever deleted: they are looked for once for a whole
statement in the place of once for a line. What is asked before posting is a function too, planned once a session.
"""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models

LINE_CHECK = """
CREATE OR REPLACE FUNCTION ledger_line_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM ledger_entry WHERE id IN (SELECT entry_id FROM fresh) ORDER BY id FOR SHARE;
  IF EXISTS (SELECT 1 FROM fresh JOIN ledger_entry e ON e.id = fresh.entry_id WHERE e.sealed) THEN
    RAISE EXCEPTION 'ledger:sealed:a line for a sealed entry' USING ERRCODE = '23514';
  END IF;
  IF EXISTS (SELECT 1 FROM fresh LEFT JOIN ledger_entry e ON e.id = fresh.entry_id
             LEFT JOIN ledger_combination c ON c.id = fresh.combination_id
             WHERE e.id IS NULL OR c.id IS NULL) THEN
    RAISE EXCEPTION 'ledger:line:a line of no entry, or of no combination' USING ERRCODE = '23503';
  END IF;
  RETURN NULL;
END $$
"""
POST = """
CREATE FUNCTION post_entry(
  of_book text, made timestamptz, actor text, named text,
  years smallint[], periods smallint[], days date[], rules text[], versions text[], sources text[], names text[],
  digests text[], said text[], reversed bigint[],
  places integer[], combinations bigint[], amounts bigint[], documents text[], notes text[],
  OUT ids bigint[], OUT refused text
) LANGUAGE plpgsql AS $$
BEGIN
  ids := array(SELECT nextval(pg_get_serial_sequence('ledger_entry', 'id')) FROM generate_series(1, cardinality(years))
               ORDER BY 1);
  INSERT INTO ledger_entry (id, book_id, made_at, year, period, "on", rule, rule_version, source, key, digest, words,
                            reverses_id, made_by, made_name, sealed)
    SELECT ids[h.place], of_book, made, h.y, h.p, h.d, h.r, h.v, h.s, h.n, h.g, h.w, h.x, actor, named, false
    FROM unnest(years, periods, days, rules, versions, sources, names, digests, said, reversed)
      WITH ORDINALITY AS h (y, p, d, r, v, s, n, g, w, x, place);
  INSERT INTO ledger_line (entry_id, combination_id, cents, document, words)
    SELECT ids[l.place], l.c, l.a, l.d, l.w
    FROM unnest(places, combinations, amounts, documents, notes) AS l (place, c, a, d, w);
  UPDATE ledger_entry SET sealed = true WHERE id = ANY (ids);
EXCEPTION WHEN check_violation OR unique_violation THEN
  ids := NULL;
  refused := SQLERRM;
END $$
"""
BOOK = """
CREATE FUNCTION ledger_known_book(of_book text, of_source text, of_key text) RETURNS TABLE (
  book json, symbols json, entry json, waits boolean
) LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN QUERY SELECT
    json_build_array(b.subscription, b.customer_id, b.provider_id, b.first_year, b.is_open),
    (SELECT json_agg(json_build_array(s.tas, s.financing, s.category, s.program_b, s.bea))
     FROM ledger_symbol s WHERE s.book_id = b.id),
    (SELECT json_build_array(e.id, e.digest) FROM ledger_entry e
     WHERE e.book_id = b.id AND e.source = of_source AND e.key = of_key),
    EXISTS (SELECT 1 FROM ledger_sourcedocument d WHERE d.book_id = b.id AND d.source = of_source
            AND d.key = of_key AND d.state IN ('waiting', 'refused'))
  FROM ledger_book b WHERE b.id = of_book;
END $$
"""
LINES = """
CREATE FUNCTION ledger_known_lines(of_book text, digests text[]) RETURNS TABLE (
  digest varchar, combination bigint, weight smallint, control bigint, year smallint, level varchar, words varchar,
  left_cents bigint, warn_below_cents bigint, hard boolean
) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT c.digest, c.id, d.weight, k.id, k.year, k.level, k.words, k.left_cents, k.warn_below_cents, k.hard
  FROM ledger_combination c LEFT JOIN ledger_draw d ON d.combination_id = c.id
  LEFT JOIN ledger_control k ON k.id = d.control_id
  WHERE c.book_id = of_book AND c.digest = ANY (digests);
END $$
"""


def make(apps: Any, schema_editor: Any) -> None:
    """On PostgreSQL: the functions, and the check of a line's names in the trigger in the place of its constraints."""
    if schema_editor.connection.vendor != "postgresql":
        return
    line = apps.get_model("ledger", "Line")
    with schema_editor.connection.cursor() as cursor:
        held = schema_editor.connection.introspection.get_constraints(cursor, line._meta.db_table)
    for name, each in held.items():
        if each["foreign_key"]:
            schema_editor.execute(f'ALTER TABLE ledger_line DROP CONSTRAINT "{name}"', params=None)
    for statement in (LINE_CHECK, POST, BOOK, LINES):
        schema_editor.execute(statement, params=None)


def _named(model: str) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        db_constraint=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="lines",
        to=f"ledger.{model}",
    )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("ledger", "0004_payables")]

    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("line", "entry", _named("entry")),
                migrations.AlterField("line", "combination", _named("combination")),
            ],
            database_operations=[migrations.RunPython(make)],
        ),
    ]
