"""Items: feedback, answers that give themselves away, checks that reveal. No Django here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from courses.checks.findings import Finding
from courses.checks.material import Material, Question
from courses.documents import Check
from courses.richtext import plain_form, words
from quizzes.types.base import Choice

_FEWEST_WORDS = 3
_LENGTH_RATIO = 1.35
_LENGTH_LEAST = 15
_NEAR, _EQUAL = 0.72, 0.9


def _places(material: Material) -> Iterator[tuple[str, str, Question]]:
    """Yield the step, the block and the item of every graded item and check."""
    for step, question in material.graded():
        yield step, question.key, question
    for lesson in material.lessons():
        for block in lesson.blocks:
            if isinstance(block, Check):
                yield lesson.key, block.key, Question(block.item, block.sources)
    for question in material.before:
        yield "", question.key, question


def choices_of(question: Question) -> Sequence[Choice]:
    """Return the choices of an item, whatever its type; none when it has none."""
    every = getattr(question.item.body, "all_choices", None)
    return tuple(every()) if every else ()


def items_without_feedback(material: Material) -> Iterator[Finding]:
    """Yield choices that say nothing, or next to nothing, to whoever chose them."""
    for step, block, question in _places(material):
        short = [
            choice for choice in choices_of(question) if words(choice.feedback) < _FEWEST_WORDS
        ]
        if short:
            named = ", ".join(f"“{choice.text}”" for choice in short)
            message = f"The feedback on {named} says nothing. Say why it is right or not."
            yield Finding(
                "item-without-feedback", "error", 80, step, block, message, may_waive=False
            )


def answers_by_length(material: Material) -> Iterator[Finding]:
    """Yield items whose right answer stands out by being the longest or the shortest."""
    for step, block, question in _places(material):
        if side := stands_out(choices_of(question)):
            message = (
                f"The right answer is much the {side}. Whoever knows nothing picks it. Make the"
                " choices about as long as each other."
            )
            yield Finding("answer-by-length", "warning", 50, step, block, message)


def stands_out(choices: Sequence[Choice]) -> str:
    """Return how the one right choice stands out, "longest" or "shortest", or nothing."""
    right = [len(choice.text) for choice in choices if choice.is_correct]
    wrong = [len(choice.text) for choice in choices if not choice.is_correct]
    if len(right) != 1 or len(wrong) < 2:
        return ""
    if right[0] > max(wrong) * _LENGTH_RATIO and right[0] - max(wrong) >= _LENGTH_LEAST:
        return "longest"
    if right[0] * _LENGTH_RATIO < min(wrong) and min(wrong) - right[0] >= _LENGTH_LEAST:
        return "shortest"
    return ""


def checks_that_reveal(material: Material) -> Iterator[Finding]:
    """Yield checks that ask nearly what a graded item asks: their feedback would be its key."""
    graded = list(material.graded())
    for lesson in material.lessons():
        for block in lesson.blocks:
            if not isinstance(block, Check):
                continue
            check = Question(block.item, block.sources)
            for _step, item in graded:
                likeness = likeness_of(check, item)
                if likeness >= _NEAR:
                    yield _revealing(lesson.key, block.key, item, is_equal=likeness >= _EQUAL)


def _revealing(step: str, block: str, item: Question, *, is_equal: bool) -> Finding:
    return Finding(
        "check-reveals-item",
        "error" if is_equal else "warning",
        85,
        step,
        block,
        f"The check asks {'the same as' if is_equal else 'nearly the same as'} the graded item"
        f" “{item.key}”, so it gives the answer away. Ask something else in one of the two.",
        text=item.key,
        may_waive=not is_equal,
    )


def likeness_of(one: Question, other: Question) -> float:
    """Return how like two items are, from 0 to 1: their stems, or their stems and choices."""
    if one.key == other.key:
        return 1.0
    stems = _ratio(_words_of(one.item.body.stem), _words_of(other.item.body.stem))
    if stems >= _EQUAL:
        return stems
    return min(1.0, _ratio(_whole(one), _whole(other)))


def _whole(question: Question) -> list[str]:
    texts = [question.item.body.stem, *(choice.text for choice in choices_of(question))]
    return _words_of(" ".join(texts))


def _words_of(text: str) -> list[str]:
    kept = "".join(each if each.isalnum() else " " for each in plain_form(text).casefold())
    return kept.split()


def _ratio(one: list[str], other: list[str]) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < _NEAR or matcher.quick_ratio() < _NEAR:
        return 0.0
    return matcher.ratio()
