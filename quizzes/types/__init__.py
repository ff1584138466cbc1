"""The item types. A module here with a class `Body` is a type; see base.py for what it must do."""

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Union

from quizzes.types.base import ItemBody

_modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
BODIES: dict[str, type[ItemBody]] = {
    module.Body.__struct_config__.tag: module.Body for module in _modules if hasattr(module, "Body")
}
"""Every type's body by its tag, such as "single"."""

if TYPE_CHECKING:
    AnyBody = ItemBody
else:
    AnyBody = Union[tuple(BODIES.values())]  # noqa: UP007
    """The tagged union of all bodies, for msgspec to decode into."""
