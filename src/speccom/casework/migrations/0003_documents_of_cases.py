"""Documents of cases; the database itself refuses to change or remove a version, or that it was withdrawn."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_STANDING = (
    (
        "casework_documentversion",
        "versions",
        "a version of a document is never changed or removed",
        "id, document_id, number, kind, size, address, scan, added_by, added_at",
        "about",
    ),
    (
        "casework_withdrawal",
        "withdrawals",
        "that a version was withdrawn is never changed or removed",
        "version_id, digest, withdrawn_by, withdrawn_at",
        "reason",
    ),
)
"""Each table with its name in triggers, what they say, the columns that stand and the one that is destroyed."""


def _sqlite(table: str, name: str, message: str, columns: str, sealed: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    return [
        f"CREATE TRIGGER {name}_stand BEFORE UPDATE OF {columns} ON {table} {refuse}",
        f"""CREATE TRIGGER {name}_say_the_same BEFORE UPDATE OF {sealed} ON {table}
            WHEN NEW.{sealed} IS NOT NULL {refuse}""",
        f"CREATE TRIGGER {name}_stay BEFORE DELETE ON {table} {refuse}",
    ]


def _postgresql(table: str, name: str, message: str, columns: str, sealed: str) -> list[str]:
    return [
        f"""CREATE FUNCTION {name}_stand() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{message}'; END $$""",
        f"""CREATE TRIGGER {name}_stand BEFORE UPDATE OF {columns} ON {table}
            FOR EACH ROW EXECUTE FUNCTION {name}_stand()""",
        f"""CREATE TRIGGER {name}_say_the_same BEFORE UPDATE OF {sealed} ON {table}
            FOR EACH ROW WHEN (NEW.{sealed} IS NOT NULL) EXECUTE FUNCTION {name}_stand()""",
        f"""CREATE TRIGGER {name}_stay BEFORE DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {name}_stand()""",
        f"""CREATE TRIGGER {name}_stay_whole BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION {name}_stand()""",
    ]


def make_them_stand(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    statements = {"sqlite": _sqlite, "postgresql": _postgresql}[schema_editor.connection.vendor]
    for each in _STANDING:
        for statement in statements(*each):
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
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="withdrawal",
                        serialize=False,
                        to="casework.documentversion",
                    ),
                ),
                ("reason", models.BinaryField(null=True)),
                ("digest", models.CharField(max_length=64)),
                ("withdrawn_by", models.CharField(max_length=40)),
                ("withdrawn_at", models.DateTimeField()),
            ],
        ),
        migrations.RunPython(make_them_stand, migrations.RunPython.noop),
    ]
