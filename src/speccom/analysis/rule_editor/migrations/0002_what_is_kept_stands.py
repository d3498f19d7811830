"""The database itself refuses to change or remove a draft's changes, what was proposed and what was decided."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_TABLES = [f"rule_drafts_{name}" for name in ("baserulebook", "draft", "change", "proposal", "decision")]
_SAID = "what the rule editor keeps is never changed or removed"
_SQLITE = [
    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
    for table in _TABLES
    for act in ("UPDATE", "DELETE")
]
_POSTGRESQL = [
    f"CREATE FUNCTION rule_drafts_stands() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{_SAID}'; END $$",
    *(
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} {each} EXECUTE FUNCTION rule_drafts_stands()"
        for table in _TABLES
        for name, act, each in (
            ("rule_drafts_stands", "UPDATE OR DELETE", "FOR EACH ROW"),
            ("rule_drafts_stands_whole", "TRUNCATE", "FOR EACH STATEMENT"),
        )
    ),
]


def make_it_stand(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = (("rule_drafts", "0001_initial"),)
    operations = (migrations.RunPython(make_it_stand, migrations.RunPython.noop),)
