from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def take_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Erase what was copied: mail to reviewers finds their address in the review."""
    notices = apps.get_model("notices", "Notice").objects.filter(review__isnull=False)
    notices.exclude(address="").update(address="")


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0002_mail_to_reviewers"),
    ]

    operations = [
        migrations.RunPython(take_out, migrations.RunPython.noop),
    ]
