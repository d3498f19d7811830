"""Drafts that were set aside, in a table of their own that the database refuses to change or remove too."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_TABLE = "rule_drafts_setaside"
_SAID = "what the rule editor keeps is never changed or removed"
_SQLITE = [
    f"CREATE TRIGGER {_TABLE}_no_{act.lower()} BEFORE {act} ON {_TABLE} BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
    for act in ("UPDATE", "DELETE")
]
_POSTGRESQL = [
    f"CREATE TRIGGER {name} BEFORE {act} ON {_TABLE} {each} EXECUTE FUNCTION rule_drafts_stands()"
    for name, act, each in (
        ("rule_drafts_stands", "UPDATE OR DELETE", "FOR EACH ROW"),
        ("rule_drafts_stands_whole", "TRUNCATE", "FOR EACH STATEMENT"),
    )
]


def make_it_stand(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = (
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("rule_drafts", "0002_what_is_kept_stands"),
    )
    operations = (
        migrations.CreateModel(
            name="SetAside",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                ("recorded", models.CharField(max_length=64, unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "draft",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="set_aside",
                        to="rule_drafts.draft",
                    ),
                ),
            ],
        ),
        migrations.RunPython(make_it_stand, migrations.RunPython.noop),
    )
