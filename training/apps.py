from django.apps import AppConfig
from django.core.checks import register

from training.checks import mail_reaches_people, sqlite_is_on_this_machine, zone_table_is_fresh


class TrainingConfig(AppConfig):
    name = "training"
    label = "training"

    def ready(self) -> None:
        register(zone_table_is_fresh)
        register(sqlite_is_on_this_machine)
        register(mail_reaches_people, deploy=True)
