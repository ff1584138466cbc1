"""A zip from outside: read within bounds, refused in plain words, and nothing of it is left."""

from __future__ import annotations

import io
import stat
import struct
import tempfile
import time
import tracemalloc
from pathlib import Path
from zipfile import ZIP_BZIP2, ZipFile, ZipInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.packages import Package, PackageErrors, read_package, zips
from courses.packages.files import MOST_FILES
from courses.packages.form import files_of
from courses.packages.zips import package_in, write_zip
from tests.courses import hostile_zips as hostile
from tests.courses.hostile_zips import SMALL, link, patched, renamed, special, with_member, zipped

ROOT = "green-bins/"


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch) -> Path:
    """Give the place where things are unpacked; nothing may be left in it."""
    place = tmp_path / "unpacked"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def problems(file: io.BytesIO) -> list[str]:
    try:
        with package_in(file):
            return []
    except PackageErrors as errors:
        return [str(problem) for problem in errors.problems]


def test_a_package_goes_into_a_zip_and_comes_out(folder, place):
    package = read_package(folder.path)
    target = io.BytesIO()
    write_zip(package, target)

    with package_in(target) as again:
        assert files_of(again) == files_of(package)
        assert again.key == "green-bins"
    assert list(place.iterdir()) == []


def test_the_same_package_gives_the_same_bytes(folder):
    first, second = io.BytesIO(), io.BytesIO()
    write_zip(read_package(folder.path), first)
    write_zip(read_package(folder.path), second)

    assert first.getvalue() == second.getvalue()


def test_what_computers_put_beside_the_files_is_passed_over():
    files = {".DS_Store": b"x", "__MACOSX/._course.yaml": b"x", "README.md": b"x"}
    beside = [(f"{ROOT}{name}" if name[0] != "_" else name, each) for name, each in files.items()]
    assert problems(zipped([*SMALL.items(), *beside])) == []


def test_folders_of_their_own_are_passed_over():
    assert problems(zipped([(ROOT, b""), (f"{ROOT}lessons/", b""), *SMALL.items()])) == []


WORDS = [
    ("path elsewhere", with_member("../evil.md"), "../evil.md: its path leads elsewhere"),
    ("path inside", with_member(f"{ROOT}lessons/../../evil.md"), "its path leads elsewhere"),
    ("here", with_member(f"{ROOT}./course.yaml"), "its path leads elsewhere"),
    (
        "no name",
        io.BytesIO(with_member("nameless").getvalue().replace(b"nameless", bytes(8))),
        "its name holds a character that no name should have",
    ),
    ("no name between", with_member(f"{ROOT}/lessons/a.md"), "its path leads elsewhere"),
    ("root", with_member("/etc/passwd"), "/etc/passwd: its path begins at the top of a disk"),
    ("drive", with_member("C:/evil.md"), "C:/evil.md: its path begins at the top of a disk"),
    ("drive alone", with_member("c:evil.md"), "its path begins at the top of a disk"),
    ("share", renamed("hhost/share/a.md", r"\\host\share\a.md"[:16]), "has a backslash"),
    ("backslash", renamed(f"{ROOT}lessons/xx.md", f"{ROOT}lessons\\xx.md"), "has a backslash"),
    ("nul", renamed(f"{ROOT}lessons/xx.md", f"{ROOT}lessons/\0x.md"), "a character that no name"),
    ("line", with_member(f"{ROOT}lessons/a\nb.md"), "a character that no name should have"),
    ("link", with_member(link(f"{ROOT}lessons/a.md"), b"/etc/passwd"), "it is a link or a device"),
    ("link folder", with_member(link(f"{ROOT}lessons"), b"/etc"), "it is a link or a device"),
    ("device", with_member(special(f"{ROOT}lessons/a.md", stat.S_IFCHR)), "a link or a device"),
    ("pipe", with_member(special(f"{ROOT}lessons/a.md", stat.S_IFIFO)), "a link or a device"),
    ("twice", with_member(f"{ROOT}course.yaml"), "course.yaml: it stands twice in the zip"),
    (
        "case",
        with_member(f"{ROOT}Course.yaml"),
        "Course.yaml: it differs from green-bins/course.yaml only in capital letters or accents",
    ),
    (
        "accents",
        zipped(
            [*SMALL.items(), (f"{ROOT}lessons/\u00e9.md", b""), (f"{ROOT}lessons/e\u0301.md", b"")]
        ),
        "e\u0301.md: it differs from green-bins/lessons/\u00e9.md only in capital letters",
    ),
    ("name", with_member(f"{ROOT}lessons/Über.md"), "its name must be small letters, digits and"),
    ("password", patched(f"{ROOT}course.yaml", 8, b"\x01\x00"), "it is locked with a password"),
    (
        "packing",
        patched(f"{ROOT}course.yaml", 10, b"\x63\x00"),
        "it is packed in a way that is not read",
    ),
    ("nested", with_member(f"{ROOT}more.zip", zipped().getvalue()), "an archive inside the zip"),
    ("nested tar", with_member(f"{ROOT}lessons/a.tar.gz"), "an archive inside the zip"),
    ("script", with_member(f"{ROOT}lessons/a.html"), "a.html: only files that end in .md belong"),
    ("elsewhere", with_member(f"{ROOT}static/a.md"), "static/a.md: this is no part of a course"),
    ("deep", with_member(f"{ROOT}lessons/more/a.md"), "this is no part of a course"),
    ("no folder", zipped([(name[11:], each) for name, each in SMALL.items()]), "put the course's"),
    ("two courses", with_member("other/course.yaml"), "several folders (green-bins, other)"),
    ("no key", zipped([("Grüne Tonne/course.yaml", b"")]), "the folder's name is the course's key"),
    ("nothing", zipped([]), "put the course's folder itself into the zip"),
    ("large", with_member(f"{ROOT}lessons/a.md", b"a" * 1_000_001), "the file is over 1000 kB"),
    (
        "many",
        zipped([(f"{ROOT}lessons/l{number}.md", b"") for number in range(MOST_FILES + 1)]),
        f"a course has at most {MOST_FILES} files",
    ),
    (
        "very many",
        zipped([(f"{ROOT}lessons/l{number}.md", b"") for number in range(2 * MOST_FILES + 1)]),
        f"too much stands in it; a course has at most {MOST_FILES} files",
    ),
    ("text", io.BytesIO(b"title: Green bins\n" * 9), "this is no zip file, or it is cut off"),
    ("empty", io.BytesIO(b""), "this is no zip file"),
    ("cut", io.BytesIO(zipped().getvalue()[:-40]), "this is no zip file, or it is cut off"),
    ("torn", io.BytesIO(zipped().getvalue()[300:]), "it is damaged or cut off"),
]


@pytest.mark.protection
@pytest.mark.parametrize(
    ("file", "message"), [each[1:] for each in WORDS], ids=[each[0] for each in WORDS]
)
def test_a_hostile_or_broken_zip_is_refused_in_plain_words(file, message, place, tmp_path):
    found = problems(file)

    assert any(message in problem for problem in found), found
    assert list(place.iterdir()) == []
    assert hostile.files_below(tmp_path) == []


@pytest.mark.protection
@pytest.mark.parametrize(
    ("rule", "switched_off", "case"),
    [
        ("_name_problem", lambda name: None, "path inside"),
        ("_kind_problem", lambda member: None, "link"),
        ("_kind_problem", lambda member: None, "nested"),
        ("_twice", lambda name, first: None, "case"),
        ("_most_bytes", lambda name: 10**9, "large"),
        ("_check_ends", lambda file: None, "very many"),
    ],
)
def test_each_protection_is_missed_when_it_is_switched_off(rule, switched_off, case, monkeypatch):
    file, message = next(each[1:] for each in WORDS if each[0] == case)
    monkeypatch.setattr(zips, rule, switched_off)

    assert not any(message in problem for problem in problems(file))


def test_other_packings_are_not_opened():
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_BZIP2) as archive:
        archive.writestr(f"{ROOT}course.yaml", b"x" * 1000)
    assert "packed in a way that is not read" in problems(target)[0]


def test_a_changed_byte_is_noticed():
    packed = bytearray(zipped().getvalue())
    packed[packed.index(b"course.yaml") + 40] ^= 0xFF
    assert "damaged" in problems(io.BytesIO(bytes(packed)))[0]


@pytest.mark.protection
def test_what_is_really_read_counts_not_what_the_zip_says():
    """A member that says it has 10 bytes is not read beyond its bounds."""
    lie = patched(f"{ROOT}lessons/when-in-doubt.md", 24, struct.pack("<L", 10))
    assert "damaged" in problems(lie)[0]
    bomb = with_member(f"{ROOT}lessons/bomb.md", bytes(50_000_000))
    start = time.perf_counter()
    tracemalloc.start()
    try:
        assert "lessons/bomb.md: the file is over 1000 kB" in problems(bomb)[0]
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
    assert time.perf_counter() - start < 5


@pytest.mark.protection
def test_a_picture_that_unpacks_to_far_more_is_refused():
    bomb = with_member(f"{ROOT}media/bomb.png", bytes(9_000_000))
    assert "media/bomb.png: it unpacks to far more" in problems(bomb)[0]


def test_texts_together_are_bounded():
    files = [(f"{ROOT}lessons/l{number}.md", b"a b\n" * 100_000) for number in range(6)]
    assert "its texts are over 2 MB together" in problems(zipped(files))[0]


def test_files_together_are_bounded(monkeypatch):
    monkeypatch.setattr(zips._Room, "all", 3000)
    monkeypatch.setattr(zips._Room.__init__, "__defaults__", (zips.LARGEST_TEXTS, 3000))
    assert "its files are over 300 MB together" in problems(zipped())[0]


@pytest.mark.protection
def test_a_long_list_of_contents_is_not_read():
    """zipfile reads the whole list, whatever the count beside it says: it would fill the memory."""
    many = zipped([(f"{ROOT}lessons/{'l' * 60}{number}.md", b"") for number in range(9000)])
    packed = bytearray(many.getvalue())
    packed[-14:-10] = struct.pack("<HH", 3, 3)
    file = io.BytesIO(bytes(packed))
    tracemalloc.start()
    try:
        assert "too much stands in it" in problems(file)[0]
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("lessons/a.md", b"---\ntitle: a\n---\n<script>alert(1)</script>\n", "HTML is not read"),
        (
            "lessons/a.md",
            b"---\ntitle: a\n---\n![x](https://a.example/x.png)\n",
            "pictures are not",
        ),
        ("course.yaml", b"title: a\ntitle: b\n", "“title” stands here again"),
        ("course.yaml", b"title: &a [x]\nsummary: *a\n", "anchors and aliases"),
        ("course.yaml", b"title: !!python/object/apply:os.system [id]\n", "“title” must be text"),
        ("course.yaml", b"<<: {title: a}\n", "“<<” is not read here"),
        ("course.yaml", b"title: caf\xe9\n", "this is not UTF-8"),
        ("course.yaml", b"\xff\xfet\x00", "this is not UTF-8"),
    ],
)
def test_tricks_inside_the_files_are_named(file, text, message):
    files = SMALL | {f"{ROOT}{file}": text}
    assert any(message in problem for problem in problems(zipped(files.items())))


# --- Whatever a zip holds, reading it gives a package or PackageErrors, and soon ------------------

NAMES = st.one_of(
    st.sampled_from(sorted(SMALL)),
    st.text(max_size=30).map(lambda text: text.encode("utf-8", "replace").decode()),
    st.lists(
        st.sampled_from(["green-bins", "lessons", "..", ".", "", "a.md", "C:", "\\", "é", "É"]),
        max_size=5,
    ).map("/".join),
)


def read(file: io.BytesIO) -> None:
    started = time.perf_counter()
    try:
        with package_in(file) as package:
            assert isinstance(package, Package)
    except PackageErrors as errors:
        assert errors.problems
        assert all(problem.message for problem in errors.problems)
    assert time.perf_counter() - started < 10


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(members=st.lists(st.tuples(NAMES, st.binary(max_size=60), st.integers(0, 0xF)), max_size=8))
def test_a_zip_of_anything(members, place):
    files = []
    for name, stored, kind in members:
        info = ZipInfo(name or "x")
        info.external_attr = kind << 28
        files.append((info, stored))
    read(zipped(files))
    assert list(place.iterdir()) == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_zip_with_bytes_changed_anywhere(data, place):
    check_mutated(data, place)


@pytest.mark.slow
@settings(max_examples=600, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_many_zips_with_bytes_changed_anywhere(data, place):
    check_mutated(data, place)


WHOLE = zipped().getvalue()
LIST_AT = WHOLE.index(b"PK\x01\x02")


def check_mutated(data: st.DataObject, place: Path) -> None:
    """Change, cut or double bytes, most of them in the list of contents, where they do most."""
    packed = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 6))):
        first = data.draw(st.sampled_from([0, LIST_AT, LIST_AT, len(WHOLE) - 22]))
        at = data.draw(st.integers(first, len(WHOLE)))
        end = at + data.draw(st.integers(0, 8))
        packed[at:end] = data.draw(st.one_of(st.binary(max_size=8), st.just(bytes(packed[at:end]))))
    read(io.BytesIO(bytes(packed)))
    assert list(place.iterdir()) == []
