"""Forms of drafts. What is written is brought to its form and checked on the way in."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, ClassVar

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from courses import documents, models
from courses.admin.fields import CitedField, CitedLinesField, LinesField, RichField, RowsField
from courses.admin.said import ByBlock, quoted
from courses.admin.uploads import MediaField, Upload, current, free_name
from courses.drafts import structured, with_all_required
from courses.drawings import drawing_names
from courses.editing import new_key
from courses.media import keep_media
from courses.packages.strict import is_key
from courses.six_questions import WORK_FORMS
from courses.writing import as_json, numbered, put_entries

LINE = forms.TextInput(attrs={"class": "vTextField"})
AREA = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})
BIN_NAME = forms.TextInput(attrs={"class": "vTextField", "data-bin-name": ""})
ABOUT: dict[str, Any] = {"required": False, "max_length": 2000, "widget": AREA}
MARKS = _("[@source-key] cites a source, [[term-key]] marks a term of the glossary.")


class DraftForm(forms.ModelForm):
    """Base of forms of drafts: keys are keys."""

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if not is_key(key):
            raise ValidationError(_("Use small letters, digits and hyphens."))
        return key


class CourseForm(DraftForm):
    class Meta:
        widgets = {"prerequisites": forms.CheckboxSelectMultiple}
        help_texts = {
            "prerequisites": _(
                "Nobody starts this course before they have completed these, once and in any"
                " release. It holds from the next release on."
            )
        }

    description = RichField(label=_("Description"), help_text=MARKS, has_headings=False)
    objectives = LinesField(label=_("Objectives"), help_text=_("One on each line."))
    about_harms = forms.CharField(
        label=_("Which harms to young people does it tell apart?"),
        help_text=_("This and what follows is shown on the evidence page, as the makers' answers."),
        **ABOUT,
    )
    about_position = forms.CharField(
        label=_("What does it say of adults who do sex work?"), **ABOUT
    )
    about_forms = forms.MultipleChoiceField(
        label=_("In which kinds of work does it cover trafficking?"),
        choices=list(WORK_FORMS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    about_written_by = forms.CharField(
        label=_("Who wrote it, and what do they know of sex work?"),
        help_text=_("Name nobody who has not agreed. “We do not know” is an answer."),
        **ABOUT,
    )
    about_involved = forms.CharField(
        label=_("How did people whom it concerns take part, apart from reviewing it?"), **ABOUT
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, said in self.instance.about.items():
            if f"about_{name}" in self.fields:
                self.fields[f"about_{name}"].initial = said
        first = self.fields.get("prerequisites")
        if isinstance(first, forms.ModelMultipleChoiceField):
            first.queryset = models.Course.objects.exclude(pk=self.instance.pk)

    def clean(self) -> dict[str, Any] | None:
        """Bring what is said about the course together, without what nobody said."""
        cleaned = super().clean() or {}
        said = {
            name.removeprefix("about_"): value
            for name, value in cleaned.items()
            if name.startswith("about_") and value
        }
        if any(name.startswith("about_") for name in self.fields):
            self.instance.about = said
        return cleaned

    def clean_prerequisites(self) -> QuerySet[models.Course]:
        """Refuse courses that lead back to this one: then nobody could start either."""
        first: QuerySet[models.Course] = self.cleaned_data["prerequisites"]
        back = [each.title for each in first if self.instance.pk in with_all_required([each.pk])]
        if back:
            raise ValidationError(
                _("This course comes before %(courses)s, so that cannot come before this one."),
                params={"courses": ", ".join(back)},
            )
        return first


class LessonForm(DraftForm):
    class Meta:
        widgets = {"covers": forms.CheckboxSelectMultiple}

    objectives = LinesField(label=_("Objectives"), help_text=_("One on each line."))


class StepForm(forms.ModelForm):
    """A step; it takes the key of its lesson or quiz once, when it is made."""

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        lesson = self.cleaned_data.get("lesson")
        if lesson and lesson.course_id != self.instance.course_id:
            self.add_error("lesson", _("This lesson belongs to another course."))
        return self.cleaned_data

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        shown = self.instance.lesson or self.instance.quiz
        if shown and not self.instance.key:
            self.instance.key = shown.key


class NamedRows(forms.BaseInlineFormSet):
    """Rows of a table whose fields say what they are: the headings above them are no labels."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        row = "" if index is None else f" {index + 1}"
        for field in form.fields.values():
            # A wrapper of the admin shares its attributes with every row; what it wraps does not.
            widget = getattr(field.widget, "widget", field.widget)
            if not widget.is_hidden:
                widget.attrs["aria-label"] = f"{field.label}{row}"


class SourceForm(DraftForm):
    url = forms.URLField(label=_("Address"), max_length=500, required=False, assume_scheme="https")


class TermForm(DraftForm):
    definition = RichField(label=_("Definition"), help_text=MARKS, has_headings=False)


class BlockForm(forms.ModelForm):
    """A block of a lesson; its key is made once, when it is first saved.

    The page says whose form it is (`person`) and of which lesson; None: one that is new.
    """

    person: Any = None
    lesson: models.Lesson | None = None
    said: ByBlock = MappingProxyType({})
    """What readers and reviewers said about the lesson's blocks and nobody has answered yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "region" in self.fields:
            self.fields["region"].required = False
        if self.lesson is not None and (said := self.said.get(self.instance.key)):
            first = next(iter(self.fields.values()))
            first.help_text = format_html("{} {}", quoted(said), first.help_text)

    def clean_region(self) -> str:
        return "main"

    def save(self, commit: bool = True) -> Any:
        if not self.instance.key:
            self.instance.key = new_key(self._meta.model._meta.model_name or "block")
        return super().save(commit)


class ProseForm(BlockForm):
    text = RichField(label=_("Text"), help_text=MARKS)


class CalloutForm(BlockForm):
    text = RichField(label=_("Text"), help_text=MARKS)


class ReflectionForm(BlockForm):
    prompt = RichField(
        label=_("Prompt"),
        help_text=_("What a learner writes is theirs alone. Do not ask for facts about others."),
    )


class MediaForm(BlockForm):
    """A block that shows files: each field of `uploads` fills the named field of the row."""

    uploads: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.uploads.items():
            if media := getattr(self.instance, field, None) if self.instance.pk else None:
                self.fields[name].help_text = current(
                    media, getattr(self.instance, f"{field}_name")
                )

    def has_file(self, name: str) -> bool:
        """Say whether a file was uploaded or is there from before."""
        field = self.uploads[name]
        return bool(self.cleaned_data.get(name) or getattr(self.instance, f"{field}_id"))

    def save(self, commit: bool = True) -> Any:
        for name, field in self.uploads.items():
            upload: Upload | None = self.cleaned_data.get(name)
            if commit and upload:
                media = keep_media(upload.facts, upload.opened, by=self.person, at=timezone.now())
                setattr(self.instance, field, media)
                free = free_name(upload.name, self.instance.parent, upload.facts.sha256)
                setattr(self.instance, f"{field}_name", free)
        return super().save(commit)


class FigureForm(MediaForm):
    uploads = {"picture": "media"}
    picture = MediaField("picture", label=_("Picture"))
    drawing = forms.ChoiceField(
        label=_("Or one of our drawings"),
        choices=lambda: [("", _("No drawing"))] + [(name, name) for name in drawing_names()],
        required=False,
    )
    alt = forms.CharField(
        label=_("Text alternative"),
        help_text=_("What the figure teaches, for those who do not see it. Not “picture of”."),
        max_length=1000,
        required=False,
        widget=AREA,
    )
    is_decorative = forms.BooleanField(
        label=_("This picture only decorates: it has no text alternative"), required=False
    )
    caption = CitedField(label=_("Caption"), required=False, widget=AREA)

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        if not self.errors:
            self._check_picture()
            self._check_alternative()
        return self.cleaned_data

    def _check_picture(self) -> None:
        if self.cleaned_data["drawing"] and self.cleaned_data["picture"]:
            self.add_error("drawing", _("Choose a picture or a drawing, not both."))
        elif not self.cleaned_data["drawing"] and not self.has_file("picture"):
            self.add_error("picture", _("Choose a picture, or one of our drawings."))

    def _check_alternative(self) -> None:
        if not self.cleaned_data["is_decorative"]:
            if not self.cleaned_data["alt"]:
                message = _("Say what the figure teaches, or tick that it only decorates.")
                self.add_error("alt", message)
        elif self.cleaned_data["drawing"]:
            self.add_error("is_decorative", _("A drawing teaches something; say what."))
        elif self.cleaned_data["alt"]:
            message = _("What only decorates has no text alternative. Leave one of the two out.")
            self.add_error("is_decorative", message)

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data["drawing"]:
            self.instance.media, self.instance.media_name = None, ""
        return super().save(commit)


class VideoForm(MediaForm):
    uploads = {"video": "media", "captions_file": "captions"}
    video = MediaField("video", label=_("Video"))
    captions_file = MediaField("captions", label=_("Captions"))
    transcript = RichField(
        label=_("Transcript"), help_text=_("All that is said, and what matters of what is seen.")
    )

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        missing = {
            "video": _("Choose a video: MP4 or WebM."),
            "captions_file": _("Choose the captions: a WebVTT file (.vtt)."),
        }
        for name, message in missing.items():
            if name not in self.errors and not self.has_file(name):
                self.add_error(name, message)
        return self.cleaned_data


class QuotationForm(BlockForm):
    text = forms.CharField(label=_("Exact words"), max_length=2000, widget=AREA)


class NotedForm(BlockForm):
    text = RichField(label=_("Passage"), help_text=MARKS)
    plainly = RichField(
        label=_("The plain way"),
        help_text=_("An equal way to the same learning objective, for whoever skips the passage."),
    )


class LocalNoteForm(BlockForm):
    text = RichField(label=_("Text"), help_text=MARKS)


class EntriesForm(BlockForm):
    """A block whose rows are kept in a table of their own: `points_at` in each, and a note."""

    manager = ""
    points_at = ""
    has_notes = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            rows = getattr(self.instance, self.manager).all()
            self.initial["entries"] = [
                {self.points_at: getattr(row, f"{self.points_at}_id")}
                | ({"note": row.note} if self.has_notes else {})
                for row in rows
            ]

    def save(self, commit: bool = True) -> Any:
        block = super().save(commit)
        if commit:
            wanted = [
                {f"{self.points_at}_id": row[self.points_at].pk}
                | ({"note": row["note"]} if self.has_notes else {})
                for row in self.cleaned_data["entries"]
            ]
            put_entries(getattr(block, self.manager), numbered(wanted))
        return block


class TermCardsForm(EntriesForm):
    manager, points_at = "cards", "term"
    entries = RowsField(
        {"term": forms.ModelChoiceField(models.Term.objects.all(), label=_("Term"))},
        label=_("Terms"),
        row_name=_("Card"),
        at_least=1,
    )


class FurtherForm(EntriesForm):
    manager, points_at, has_notes = "entries", "source", True
    entries = RowsField(
        {
            "source": forms.ModelChoiceField(models.Source.objects.all(), label=_("Source")),
            "note": forms.CharField(
                label=_("Why read it"), required=False, max_length=500, widget=LINE
            ),
        },
        label=_("Sources"),
        row_name=_("Source"),
        at_least=1,
    )


class StructuredForm(BlockForm):
    """A block that is kept as one document; its fields are those of the document."""

    shape: type[documents.Comparison] | type[documents.Scenario] | type[documents.Sorting]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.instance.document, dict):
            self.initial.update(self.instance.document)

    def clean(self) -> dict[str, Any] | None:
        super().clean()
        names = {kind.name for kind in documents.fields_of(self.shape)} - {"key"}
        written = {name: self.cleaned_data.get(name) for name in names}
        if not self.errors:
            try:
                self.instance.document = as_json(structured(self.shape, "key", written))
            except msgspec.ValidationError as error:
                self.add_error(None, str(error))
        return self.cleaned_data


class ComparisonForm(StructuredForm):
    shape = documents.Comparison
    title = forms.CharField(label=_("Title"), max_length=200, widget=LINE)
    columns = RowsField(
        {
            "heading": forms.CharField(label=_("Heading"), max_length=200, widget=LINE),
            "points": CitedLinesField(
                label=_("Points"),
                help_text=_("One on each line."),
                widget=forms.Textarea(attrs={"rows": 5, "class": "vLargeTextField"}),
            ),
        },
        label=_("Columns"),
        row_name=_("Column"),
        at_least=2,
    )


class ScenarioForm(StructuredForm):
    shape = documents.Scenario
    title = forms.CharField(label=_("Title"), max_length=200, widget=LINE)
    follows = forms.ChoiceField(
        label=_("Carries on"),
        help_text=_("An earlier scenario of this lesson whose story goes on here."),
        required=False,
    )
    situation = RichField(label=_("Situation"), help_text=MARKS)
    question = forms.CharField(label=_("Question"), max_length=500, widget=LINE)
    choices = RowsField(
        {
            "key": forms.CharField(required=False, widget=forms.HiddenInput),
            "label": forms.CharField(label=_("Choice"), max_length=500, widget=LINE),
            "outcome": RichField(label=_("What follows")),
            "is_better": forms.TypedChoiceField(
                label=_("Response"),
                choices=[("", _("One to think about")), ("True", _("The better response"))],
                coerce=bool,
                required=False,
            ),
        },
        label=_("Choices"),
        row_name=_("Choice"),
        at_least=2,
    )
    why = RichField(label=_("Why the better response is better"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = models.Scenario.objects.filter(parent=self.lesson).order_by("ordering")
        others = [(row.key, str(row)) for row in rows if row.pk != self.instance.pk]
        follows: Any = self.fields["follows"]
        follows.choices = [("", _("A story of its own")), *others]

    def clean_choices(self) -> list[dict[str, Any]]:
        choices: list[dict[str, Any]] = self.cleaned_data["choices"]
        if sum(bool(choice["is_better"]) for choice in choices) != 1:
            raise ValidationError(_("Mark exactly one choice as the better response."))
        return [
            choice
            | {"key": choice["key"] or new_key("choice"), "is_better": bool(choice["is_better"])}
            for choice in choices
        ]


_PLACES = [
    ("", "---------"),
    ("1", _("Bin 1")),
    ("2", _("Bin 2")),
    ("3", _("Bin 3")),
    ("4", _("Bin 4")),
]


class SortingForm(StructuredForm):
    """Cards name their bin by its number: a bin that is new has no key yet."""

    shape = documents.Sorting
    title = forms.CharField(label=_("Title"), max_length=200, widget=LINE)
    instruction = forms.CharField(label=_("Instruction"), max_length=500, widget=LINE)
    bins = RowsField(
        {
            "key": forms.CharField(required=False, widget=forms.HiddenInput),
            "label": forms.CharField(label=_("Name"), max_length=200, widget=BIN_NAME),
        },
        label=_("Bins"),
        row_name=_("Bin"),
        at_least=2,
    )
    cards = RowsField(
        {
            "key": forms.CharField(required=False, widget=forms.HiddenInput),
            "text": forms.CharField(label=_("What the card says"), max_length=500, widget=LINE),
            "bin": forms.ChoiceField(
                label=_("Belongs in"),
                choices=_PLACES,
                widget=forms.Select(attrs={"data-bin": ""}),
            ),
            "feedback": CitedField(label=_("Why"), widget=AREA),
        },
        label=_("Cards"),
        row_name=_("Card"),
        at_least=3,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [bin_["key"] for bin_ in self.initial.get("bins", [])]
        self.initial["cards"] = [
            card | {"bin": str(keys.index(card["bin"]) + 1) if card["bin"] in keys else ""}
            for card in self.initial.get("cards", [])
        ]

    def clean_bins(self) -> list[dict[str, Any]]:
        bins: list[dict[str, Any]] = self.cleaned_data["bins"]
        return [bin_ | {"key": bin_["key"] or new_key("bin")} for bin_ in bins]

    def clean_cards(self) -> list[dict[str, Any]]:
        bins = self.cleaned_data.get("bins", [])
        cards = []
        for number, card in enumerate(self.cleaned_data["cards"], 1):
            place = int(card["bin"])
            if place > len(bins) and "bins" in self.cleaned_data:
                raise ValidationError(
                    _("Card %(number)s belongs in bin %(bin)s, and there are %(count)s bins."),
                    params={"number": number, "bin": place, "count": len(bins)},
                )
            key = card["key"] or new_key("card")
            cards.append(card | {"key": key, "bin": bins[place - 1]["key"] if bins else ""})
        return cards


FORMS: dict[type[models.Block], type[BlockForm]] = {
    models.Prose: ProseForm,
    models.Callout: CalloutForm,
    models.Figure: FigureForm,
    models.Video: VideoForm,
    models.TermCards: TermCardsForm,
    models.Comparison: ComparisonForm,
    models.Quotation: QuotationForm,
    models.Scenario: ScenarioForm,
    models.Sorting: SortingForm,
    models.Noted: NotedForm,
    models.Check: BlockForm,
    models.Reflection: ReflectionForm,
    models.Further: FurtherForm,
    models.LocalNote: LocalNoteForm,
}
