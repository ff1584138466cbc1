"""Sources that may be one work written twice."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from courses.duplicates import same_works, works_twice


@dataclass(frozen=True)
class Work:
    title: str = "A study"
    url: str = ""
    doi: str = ""


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (Work("A", doi="10.1/X"), Work("B", doi="https://doi.org/10.1/x"), "doi"),
        (Work("A", url="http://www.a.ca/b/"), Work("B", url="https://a.ca/b#c"), "url"),
        (Work("Sex work and the law"), Work("Sex Work & the Law: "), "title"),
        (Work("Sex work and the law in B.C."), Work("SEX WORK AND THE LAW IN B.C"), "title"),
        (Work("Sex work and the law"), Work("Sex work in B.C. law"), ""),
        (Work("Rapport général"), Work("Rapport general"), "title"),
        (Work("Criminal Code, s. 286.1"), Work("Criminal Code, s. 286.2"), ""),
        (Work("Annual report of the board 2023"), Work("Annual report of the board 2024"), ""),
        (Work("A", doi=""), Work("B", doi=""), ""),
        (Work(""), Work(""), ""),
    ],
)
def test_the_same_doi_address_or_nearly_the_same_title(one, other, why):
    assert [reason for _work, reason in same_works(one, [other])] == ([why] if why else [])
    assert bool(works_twice([one, other])) is bool(why)
