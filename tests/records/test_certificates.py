"""Certificate codes: long, readable, forgiving to type."""

from hypothesis import given
from hypothesis import strategies as st

from training.records.certificates import ALPHABET, CODE_LENGTH, new_code, normalise_code


def test_a_code_holds_at_least_128_random_bits():
    bits_a_letter = 5
    assert len(ALPHABET) == 2**bits_a_letter
    assert CODE_LENGTH * bits_a_letter >= 128
    assert len({new_code() for _ in range(200)}) == 200


def test_a_code_survives_how_people_type_it():
    code = new_code()
    assert normalise_code(code.lower().replace("-", " ")) == code
    assert normalise_code(f"  {code}\n") == code


def test_letters_that_are_easily_misread_are_mended():
    assert normalise_code("OIL0000") == "0110000"


@given(st.text(max_size=60))
def test_anything_typed_is_normalised_once_and_for_all(typed):
    assert normalise_code(normalise_code(typed)) == normalise_code(typed)
