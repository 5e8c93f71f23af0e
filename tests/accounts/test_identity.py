"""Numbers of people, companies and vehicles: right ones pass, each kind of slip is found."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront import identity

TODAY = date(2026, 7, 1)
WOMAN = "11010519491231002X"  # both are the examples printed in GB 11643-1999
MAN = "440524188001010014"


@pytest.mark.rule("S-10")
def test_identity_number_tells_birth_date_and_sex() -> None:
    assert identity.parse_id_number(WOMAN, TODAY) == identity.IdNumber(
        WOMAN, date(1949, 12, 31), "F"
    )
    assert identity.parse_id_number(MAN, TODAY) == identity.IdNumber(MAN, date(1880, 1, 1), "M")


@pytest.mark.rule("S-10")
def test_identity_number_may_be_typed_with_blanks_small_x_and_full_width() -> None:
    typed = " 110105 19491231 002\uff58"
    assert identity.parse_id_number(typed, TODAY).number == WOMAN


@pytest.mark.rule("S-10")
@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("", "length"),
        ("11010519491231002", "length"),
        ("11010519491231002XX", "length"),
        ("1101051949123100AX", "length"),
        ("X1010519491231002X", "length"),
        ("\u0661" * 18, "length"),  # digits, but not ours
        ("110105194912310021", "check-digit"),
        ("110105194912310083", "check-digit"),
        ("110501194912310020", "check-digit"),
        ("110105194902310026", "birth-date"),  # 31 February
        ("110105199913010021", "birth-date"),  # month 13
    ],
)
def test_wrong_identity_numbers_say_why(text: str, slug: str) -> None:
    with pytest.raises(identity.IdentityError) as refusal:
        identity.parse_id_number(text, TODAY)
    assert refusal.value.slug == slug


@pytest.mark.rule("S-10")
def test_birth_date_is_judged_against_today() -> None:
    born = date(1949, 12, 31)
    assert identity.parse_id_number(WOMAN, born).birth_date == born
    with pytest.raises(identity.IdentityError, match="birth-date"):
        identity.parse_id_number(WOMAN, date(1949, 12, 30))


@pytest.mark.rule("S-10")
@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(place: int, shift: int) -> None:
    wrong = str((int(MAN[place]) + shift) % 10)
    with pytest.raises(identity.IdentityError):
        identity.parse_id_number(MAN[:place] + wrong + MAN[place + 1 :], TODAY)


@pytest.mark.rule("S-10")
@pytest.mark.parametrize(
    "code",
    ["91350100M000100Y43", "914403001922038216", "9144030071526726XG", "91330100799655058B"],
)
def test_credit_codes_of_known_companies(code: str) -> None:
    assert identity.parse_credit_code(f" {code.lower()} ") == code


@pytest.mark.rule("S-10")
@pytest.mark.parametrize(
    ("code", "slug"),
    [
        ("91350100M000100Y4", "length"),
        ("91350100M000100YI3", "length"),  # no I in the alphabet
        ("91350100M000100Y44", "check-digit"),
        ("91350100M000100YY4", "check-digit"),
    ],
)
def test_wrong_credit_codes_say_why(code: str, slug: str) -> None:
    with pytest.raises(identity.IdentityError) as refusal:
        identity.parse_credit_code(code)
    assert refusal.value.slug == slug


@pytest.mark.rule("S-10")
def test_letter_led_credit_codes_are_known() -> None:
    body = "N2110105MF0X12345"
    accepted = []
    for last in identity.CREDIT_ALPHABET:
        try:
            accepted.append(identity.parse_credit_code(body + last))
        except identity.IdentityError:
            continue
    assert len(accepted) == 1


@pytest.mark.parametrize("text", ["13812345678", "+86 138 1234 5678", "0086-13812345678"])
def test_mobile_numbers_become_eleven_digits(text: str) -> None:
    assert identity.normalise_mobile(text) == "13812345678"


@pytest.mark.parametrize("text", ["", "1381234567", "010-65551234", "+1 212 555 0100", "mobile"])
def test_what_is_no_chinese_mobile_number(text: str) -> None:
    with pytest.raises(identity.IdentityError, match="mobile"):
        identity.normalise_mobile(text)


@pytest.mark.parametrize(
    "text",
    ["\u4eacA12345", "\u4eacA1234B", "\u7ca4ZK123\u6e2f", "\u9c81A1234\u6302", "\u743cE8888\u5b66"],
)
def test_ordinary_plates(text: str) -> None:
    assert identity.is_plate(text)
    assert not identity.is_new_energy_plate(text)


@pytest.mark.parametrize("text", ["\u4eacAD12345", "\u7ca4BF12345", "\u6caaA12345D"])
def test_new_energy_plates(text: str) -> None:
    assert identity.is_plate(text)
    assert identity.is_new_energy_plate(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A12345",
        "\u4eac112345",  # the second place is a letter
        "\u4eacI12345",  # no I and no O
        "\u4eacA1234O",
        "\u4eacABCDEF",  # no digit at all
        "\u597dA12345",  # no such province
        "\u4eacA123456",
        "\u4eacAL12345",  # L marks no new-energy vehicle
    ],
)
def test_what_is_no_plate(text: str) -> None:
    assert not identity.is_plate(text)


def test_vehicle_numbers_are_normalised() -> None:
    assert identity.normalise_vehicle_number(" \u4eaca\uff11 2345 ") == "\u4eacA1 2345"


@pytest.mark.parametrize("vin", ["1M8GDM9AXKP042788", "11111111111111111", "LFV3A28K8E3049876"])
def test_vin_with_its_check_digit(vin: str) -> None:
    assert identity.is_vin(vin)
    for wrong in set("0123456789X") - {vin[8]}:
        assert not identity.is_vin(vin[:8] + wrong + vin[9:])


def test_vin_from_elsewhere_needs_no_check_digit() -> None:
    assert identity.is_vin("WDDHF5GB1BA123456")
    assert identity.is_vin("WDDHF5GB2BA123456")
    assert not identity.is_vin("WDDHF5GB1BA12345O")
    assert not identity.is_vin("WDDHF5GB1BA12345")


@pytest.mark.parametrize(
    ("number", "right"),
    [("EA888-123456", True), ("G4FC 1234567", True), ("123", False), ("-1234", False)],
)
def test_engine_numbers(number: str, right: bool) -> None:
    assert identity.is_engine_number(number) is right


def test_masks_show_enough_to_recognise_and_no_more() -> None:
    assert identity.mask_id_number(WOMAN) == "110***********002X"
    assert identity.mask_mobile("13812345678") == "138****5678"
    assert identity.mask_name("\u5f20\u4f1f") == "\u5f20*"
    assert identity.mask_name("Li Xiaoming") == "L* X*******"
    assert identity.mask_email("lee@example.com") == "l***@example.com"
