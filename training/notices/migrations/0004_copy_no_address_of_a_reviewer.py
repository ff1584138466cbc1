from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0003_take_out_addresses_of_reviewers"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("review", None), models.Q(("address", ""), ("person", None)), _connector="OR"
                ),
                name="notice_copies_no_address_of_a_reviewer",
            ),
        ),
    ]
