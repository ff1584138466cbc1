"""Whatever stands in a package, reading it gives a package or PackageErrors, and soon."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.packages import Package, PackageErrors, read_package
from tests.courses.package_folder import PackageFolder
from tests.factories import COURSE_FILES

FILES = sorted(
    path.relative_to(COURSE_FILES / "green-bins").as_posix()
    for path in (COURSE_FILES / "green-bins").rglob("*.*")
)
PIECES = st.one_of(
    st.binary(max_size=40),
    st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from(
        [
            *(
                b"::: ",
                b":::",
                b"---\n",
                b"- ",
                b"  ",
                b": ",
                b"\n",
                b"# ",
                b"|",
                b">",
                b"&a ",
                b"*a ",
            ),
            *(
                b"[@",
                b"[[",
                b"]]",
                b"{",
                b"}",
                b"[",
                b"]",
                b'"',
                b"'",
                b"!!x ",
                b"%YAML",
                b"? ",
                b"\t",
            ),
            *(b"key: a\n", b"type: single\n", b"true", b"0x10", b"1e9", b"~", b"<b>", b"\\ud800"),
            *(
                b"2026-11-23",
                b"\xef\xbb\xbf",
                b"\xff",
                b"\x00",
                b"a" * 300,
                b"[" * 300,
                b"<<: *a\n",
            ),
        ]
    ),
)


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("packages")


def read(path: Path) -> None:
    started = time.perf_counter()
    try:
        assert isinstance(read_package(path), Package)
    except PackageErrors as errors:
        assert errors.problems
        assert all(problem.message for problem in errors.problems)
    assert time.perf_counter() - started < 10


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_package_with_pieces_put_in_anywhere(workshop, data):
    path = workshop / "green-bins"
    if not path.exists():
        PackageFolder.copy(path)
    file = path / data.draw(st.sampled_from(FILES))
    whole = file.read_bytes()
    stored = whole
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(stored)))
        end = data.draw(st.integers(start, min(len(stored), start + 60)))
        stored = stored[:start] + data.draw(PIECES) + stored[end:]
    file.write_bytes(stored)
    try:
        read(path)
    finally:
        file.write_bytes(whole)


@settings(max_examples=40)
@given(file=st.sampled_from(FILES), pieces=st.lists(PIECES, max_size=12))
def test_a_file_made_of_anything(workshop, file, pieces):
    path = workshop / "made-of-anything"
    if not path.exists():
        PackageFolder.copy(path)
    whole = (path / file).read_bytes()
    (path / file).write_bytes(b"".join(pieces))
    try:
        read(path)
    finally:
        (path / file).write_bytes(whole)
