"""What is written to the log: no secret that an address carries."""

from __future__ import annotations

import logging
import re

SECRETS = re.compile(r"(?<=/)(review|verify|certificates|password/reset/key)/[^/\s]+")
"""A reviewer's link, a certificate's code, the key that sets a password: whoever has one may use
it, and logs are read by others and kept."""


class WithoutSecrets(logging.Filter):
    """Write an ellipsis in the place of each secret in an address."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        kept = SECRETS.sub(r"\1/…", said)
        if kept != said:
            record.msg, record.args = kept, ()
        return True
