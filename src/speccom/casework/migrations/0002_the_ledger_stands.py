"""The database itself refuses to change or remove an event, or what was submitted; content may be destroyed."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_LEDGER, _SUBMISSION = "casework_ledgerevent", "casework_submission"
_EVENT = "an event of the ledger is never changed or removed"
_SUBMITTED = "what was submitted is never changed or removed, but for the destruction of its content"
_NOT_DESTROYED = " OR ".join(
    (
        "NEW.content IS NOT NULL",
        "NEW.salt IS NOT NULL",
        *(f"NEW.{name} <> OLD.{name}" for name in ("id", "case_id", "form", "case_version", "digest")),
    )
)
_SQLITE = [
    f"CREATE TRIGGER {name} BEFORE {act} ON {table} {when}BEGIN SELECT RAISE(ABORT, '{message}'); END"
    for name, act, table, when, message in (
        ("ledger_no_update", "UPDATE", _LEDGER, "", _EVENT),
        ("ledger_no_delete", "DELETE", _LEDGER, "", _EVENT),
        ("submission_no_update", "UPDATE", _SUBMISSION, f"WHEN {_NOT_DESTROYED} ", _SUBMITTED),
        ("submission_no_delete", "DELETE", _SUBMISSION, "", _SUBMITTED),
    )
]
_POSTGRESQL = [
    *(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{message}'; END $$"
        for name, message in (("ledger_stands", _EVENT), ("submission_stands", _SUBMITTED))
    ),
    *(
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} {each} EXECUTE FUNCTION {function}()"
        for name, act, table, each, function in (
            ("ledger_stands", "UPDATE OR DELETE", _LEDGER, "FOR EACH ROW", "ledger_stands"),
            ("ledger_stands_whole", "TRUNCATE", _LEDGER, "FOR EACH STATEMENT", "ledger_stands"),
            (
                "submission_no_update",
                "UPDATE",
                _SUBMISSION,
                f"FOR EACH ROW WHEN ({_NOT_DESTROYED})",
                "submission_stands",
            ),
            ("submission_no_delete", "DELETE", _SUBMISSION, "FOR EACH ROW", "submission_stands"),
            ("submission_stands_whole", "TRUNCATE", _SUBMISSION, "FOR EACH STATEMENT", "submission_stands"),
        )
    ),
]


def make_it_stand(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    statements = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = (("casework", "0001_initial"),)
    operations = (migrations.RunPython(make_it_stand, migrations.RunPython.noop),)
