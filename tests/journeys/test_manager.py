"""A manager's first page, in a real browser."""

import pytest

from tests.conftest import canary

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_manager_sees_who_has_completed_what(
    page_at, axe, fits, learner_for, cast, width, scheme, javascript
):
    learner_for(cast.lena).complete()
    learner_for(cast.bo).start()
    page = page_at(width, scheme=scheme, javascript=javascript, person=cast.max)
    page.goto("/my-learning/")
    page.get_by_role("link", name="Team").click()
    page.get_by_role("heading", name="Where your team stands").wait_for()
    text = page.locator("main").inner_text()
    assert canary(cast.lena) in text and canary(cast.bo) in text
    assert canary(cast.otto) not in text
    axe(page)
    fits(page)
    page.get_by_label("Status").select_option("complete")
    page.get_by_role("button", name="Show").click()
    main = page.locator("main")
    main.get_by_text(canary(cast.lena)).wait_for()
    assert canary(cast.bo) not in main.inner_text()


PUBLIC = ["/", "/sign-in/", "/support/", "/privacy/", "/accessibility/", "/verify/", "/accounts/"]


@pytest.mark.parametrize("path", [*PUBLIC, "/password/reset/", "/no-such-page/"])
@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "light"), (390, "dark"), (1280, "light")], ids=str
)
def test_the_public_pages_are_accessible_and_fit(
    page_at, axe, fits, organisation, path, width, scheme
):
    page = page_at(width, scheme=scheme)
    page.goto(path)
    axe(page)
    fits(page)
