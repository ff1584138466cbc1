from training.people.models import Department


def test_max_manages_lena_and_bo_but_not_otto(cast):
    managed = Department.objects.managed_by(cast.max)
    assert {cast.lena.department, cast.bo.department} <= set(managed)
    assert cast.otto.department not in managed
