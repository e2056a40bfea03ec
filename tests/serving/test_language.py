import pytest

from serving.language import preferred_language


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        pytest.param("", "id", id="nothing said"),
        pytest.param("en", "en", id="English alone"),
        pytest.param("id,en", "id", id="both alike"),
        pytest.param("ID;q=0.4, EN-us;q=0.5", "en", id="weights, any case and region"),
        pytest.param("en;level=1;q=0.3,id;q=0.2", "en", id="a parameter before the weight"),
        pytest.param("en;level=1", "en", id="a parameter that is no weight"),
        pytest.param("en;q=much", "id", id="a weight that is no number"),
        pytest.param("en;q=0", "id", id="refused"),
        pytest.param("en;q=0.1,en-GB;q=0.9,id;q=0.5", "en", id="the better of two Englishes"),
    ],
)
def test_language_is_the_preferred_of_the_two(accepted, language):
    assert preferred_language({"accept-language": accepted}) == language


def test_without_the_header_it_is_indonesian():
    assert preferred_language({}) == "id"
