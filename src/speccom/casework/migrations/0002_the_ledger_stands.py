"""The database itself refuses to change or remove an event."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_TABLE = "casework_ledgerevent"
_MESSAGE = "an event of the ledger is never changed or removed"
_SQLITE = [
    f"CREATE TRIGGER ledger_no_{act.lower()} BEFORE {act} ON {_TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    for act in ("UPDATE", "DELETE")
]
_POSTGRESQL = [
    f"""CREATE FUNCTION ledger_stands() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{_MESSAGE}'; END $$""",
    f"""CREATE TRIGGER ledger_stands BEFORE UPDATE OR DELETE ON {_TABLE}
        FOR EACH ROW EXECUTE FUNCTION ledger_stands()""",
    f"""CREATE TRIGGER ledger_stands_whole BEFORE TRUNCATE ON {_TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_stands()""",
]


def make_it_stand(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    statements = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = (("casework", "0001_initial"),)
    operations = (migrations.RunPython(make_it_stand, migrations.RunPython.noop),)
