"""Documents of cases; the database itself refuses to change or remove a version."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_TABLE = "casework_documentversion"
_MESSAGE = "a version of a document is never changed or removed"
_COLUMNS = "id, document_id, number, kind, size, address, scan, added_by, added_at"
_REFUSE = f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
_SQLITE = [
    f"CREATE TRIGGER versions_stand BEFORE UPDATE OF {_COLUMNS} ON {_TABLE} {_REFUSE}",
    f"""CREATE TRIGGER versions_are_called_the_same BEFORE UPDATE OF about ON {_TABLE}
        WHEN NEW.about IS NOT NULL {_REFUSE}""",
    f"CREATE TRIGGER versions_stay BEFORE DELETE ON {_TABLE} {_REFUSE}",
]
_POSTGRESQL = [
    f"""CREATE FUNCTION versions_stand() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{_MESSAGE}'; END $$""",
    f"""CREATE TRIGGER versions_stand BEFORE UPDATE OF {_COLUMNS} ON {_TABLE}
        FOR EACH ROW EXECUTE FUNCTION versions_stand()""",
    f"""CREATE TRIGGER versions_are_called_the_same BEFORE UPDATE OF about ON {_TABLE}
        FOR EACH ROW WHEN (NEW.about IS NOT NULL) EXECUTE FUNCTION versions_stand()""",
    f"""CREATE TRIGGER versions_stay BEFORE DELETE ON {_TABLE}
        FOR EACH ROW EXECUTE FUNCTION versions_stand()""",
    f"""CREATE TRIGGER versions_stay_whole BEFORE TRUNCATE ON {_TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION versions_stand()""",
]


def make_them_stand(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    statements = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[schema_editor.connection.vendor]
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = (("casework", "0002_the_ledger_stands"),)

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("confidentiality", models.CharField(max_length=20)),
                ("about", models.BinaryField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="casework.caserow",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HeldDocument",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("confidentiality", models.CharField(max_length=20)),
                ("about", models.BinaryField()),
                ("kind", models.CharField(max_length=10)),
                ("size", models.PositiveBigIntegerField()),
                ("address", models.CharField(max_length=64)),
                ("why", models.CharField(max_length=300)),
                ("added_by", models.CharField(max_length=40)),
                ("added_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held_documents",
                        to="casework.caserow",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held",
                        to="casework.document",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DocumentVersion",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("about", models.BinaryField(null=True)),
                ("kind", models.CharField(max_length=10)),
                ("size", models.PositiveBigIntegerField()),
                ("address", models.CharField(max_length=64)),
                ("scan", models.CharField(max_length=20)),
                ("added_by", models.CharField(max_length=40)),
                ("added_at", models.DateTimeField()),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="casework.document",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("document", "number"), name="one_version_a_number"),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="versions_begin_at_one"
                    ),
                ],
            },
        ),
        migrations.RunPython(make_them_stand, migrations.RunPython.noop),
    ]
