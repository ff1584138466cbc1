from courses.models import Release
from courses.reading import read_release
from training.people.models import Department


def test_max_manages_lena_and_bo_but_not_otto(cast):
    managed = Department.objects.managed_by(cast.max)
    assert {cast.lena.department, cast.bo.department} <= set(managed)
    assert cast.otto.department not in managed


def test_the_small_course_can_be_taken(small_course):
    document = read_release(Release.objects.current().get(course=small_course))
    assert [step.kind for step in Release.objects.current().get().steps.all()] == [
        "lesson",
        "lesson",
        "quiz",
    ]
    assert document.title == "Green bins"
