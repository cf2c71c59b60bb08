"""Full text: the index and the question, each once for SQLite (FTS5) and once for PostgreSQL (tsvector).

The index reads `catalogue_searchtext`, whose words are already plain; both engines find by the beginning of a word.
"""

from __future__ import annotations

from django.db import connection

from qsmo.marketplace.catalogue.rules.searchable import beginning, words_of

WORDS_MAX = 12

MAKE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE catalogue_fulltext USING fts5(title, provider, body, content='catalogue_searchtext', "
        "content_rowid='id', tokenize='unicode61')",
        "CREATE TRIGGER catalogue_fulltext_new AFTER INSERT ON catalogue_searchtext BEGIN "
        "INSERT INTO catalogue_fulltext(rowid, title, provider, body) "
        "VALUES (new.id, new.title, new.provider, new.body); END",
        "CREATE TRIGGER catalogue_fulltext_old AFTER DELETE ON catalogue_searchtext BEGIN "
        "INSERT INTO catalogue_fulltext(catalogue_fulltext, rowid, title, provider, body) "
        "VALUES ('delete', old.id, old.title, old.provider, old.body); END",
        "CREATE TRIGGER catalogue_fulltext_changed AFTER UPDATE ON catalogue_searchtext BEGIN "
        "INSERT INTO catalogue_fulltext(catalogue_fulltext, rowid, title, provider, body) "
        "VALUES ('delete', old.id, old.title, old.provider, old.body); "
        "INSERT INTO catalogue_fulltext(rowid, title, provider, body) "
        "VALUES (new.id, new.title, new.provider, new.body); END",
    ),
    "postgresql": (
        "ALTER TABLE catalogue_searchtext ADD COLUMN words tsvector GENERATED ALWAYS AS ("
        "setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', provider), 'B') || "
        "setweight(to_tsvector('simple', body), 'D')) STORED",
        "CREATE INDEX catalogue_searchtext_words ON catalogue_searchtext USING gin (words)",
    ),
}
UNMAKE = {
    "sqlite": (
        "DROP TRIGGER catalogue_fulltext_new",
        "DROP TRIGGER catalogue_fulltext_old",
        "DROP TRIGGER catalogue_fulltext_changed",
        "DROP TABLE catalogue_fulltext",
    ),
    "postgresql": ("ALTER TABLE catalogue_searchtext DROP COLUMN words",),
}
ASK = {
    "sqlite": (
        "SELECT s.offering_id FROM catalogue_fulltext f JOIN catalogue_searchtext s ON s.id = f.rowid "
        "WHERE catalogue_fulltext MATCH %s ORDER BY bm25(catalogue_fulltext, 8.0, 4.0, 1.0), s.id"
    ),
    "postgresql": (
        "SELECT s.offering_id FROM catalogue_searchtext s, to_tsquery('simple', %s) q "
        "WHERE s.words @@ q ORDER BY ts_rank(s.words, q) DESC, s.id"
    ),
}


def question(words: str) -> str:
    """The words as the engine asks them: every one, each as the beginning of a word. Empty when there is none."""
    asked = [beginning(word) for word in words_of(words)[:WORDS_MAX]]
    if connection.vendor == "sqlite":
        return " ".join(f'"{word}"*' for word in asked)
    return " & ".join(f"'{word}':*" for word in asked)


def best_first(asked: str) -> list[str]:
    """The offerings that fit a question, best first, whoever may see them: an order for `search`, not an answer."""
    if not asked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(ASK[connection.vendor], [asked])
        return [str(row[0]) for row in cursor.fetchall()]
