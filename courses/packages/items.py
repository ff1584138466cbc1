"""The items of a topic: items/<topic>.yaml."""

from __future__ import annotations

from collections.abc import Sequence

from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from courses.packages.package import ItemHead, PackageItem, PackageTopic, TopicEntry
from courses.packages.problems import Findings
from courses.packages.strict import BAD, Bad, Fields, Reader, compose, names_of, scalar_at
from courses.packages.texts import Text
from quizzes.types import BODIES
from quizzes.types.base import ItemBody


def read_topic(
    key: str, text: Text, findings: Findings
) -> tuple[PackageTopic | None, Sequence[Node]]:
    """Return a topic and the nodes of its items; None, with the problems noted, if it has any."""
    node = compose(text, findings)
    if node is None:
        return None, ()
    reader = Reader(text, findings)
    fields = reader.fields(node, [*names_of(TopicEntry), "items"])
    if isinstance(fields, Bad):
        return None, ()
    entry = reader.build(fields, TopicEntry)
    nodes = _item_nodes(reader, fields)
    items = [_item(reader, each) for each in nodes]
    good = [item for item in items if not isinstance(item, Bad)]
    if isinstance(entry, Bad) or len(good) < len(items) or not good:
        return None, nodes
    return PackageTopic(key, entry.title, good), nodes


def _item_nodes(reader: Reader, fields: Fields) -> Sequence[Node]:
    node = fields.nodes.get("items")
    if node is None:
        reader.findings.add(reader.text.file, fields.line, "“items” is missing; add it")
    elif not isinstance(node, SequenceNode) or not node.value:
        reader.problem(node, "“items” must be a list with an item or more")
    else:
        return list(node.value)
    return ()


def _item(reader: Reader, node: Node) -> PackageItem | Bad:
    kind = _body_type(reader, node)
    if isinstance(kind, Bad):
        fields = reader.fields(node, None)
        if not isinstance(fields, Bad):
            reader.build(fields, ItemHead)
        return BAD
    fields = reader.fields(node, ["type", *names_of(ItemHead), *names_of(kind)])
    if isinstance(fields, Bad):
        return BAD
    head = reader.build(fields, ItemHead)
    body = reader.build(fields, kind)
    return BAD if isinstance(head, Bad) or isinstance(body, Bad) else PackageItem(head, body)


def _body_type(reader: Reader, node: Node) -> type[ItemBody] | Bad:
    """Return the body that the item's type has."""
    if not isinstance(node, MappingNode):
        return BAD
    value = scalar_at(node, "type")
    if value is None:
        return reader.problem(node, f"“type” is missing; add one of {', '.join(BODIES)}")
    tag = reader.one_of(value, list(BODIES), "type")
    return BAD if isinstance(tag, Bad) else BODIES[tag]
