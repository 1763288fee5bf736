"""How words and texts are made comparable."""

from hypothesis import given
from hypothesis import strategies as st

from search.texts import PART, compact, fold, grams, joined, order_key, text_key, word_grams, words


def test_folding_takes_width_and_case_and_invisible_characters_out() -> None:
    assert fold("ＰＬＣ\u200b（Ｘ）") == "plc(x)"


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_words_are_what_compacting_keeps(text: str) -> None:
    assert "".join(words(fold(text))) == compact(text)


def test_words_end_at_punctuation_but_keep_stars() -> None:
    assert words("示**,电工-(长沙)") == ("示**", "电工", "长沙")


def test_parts_of_a_text_are_joined_once_and_never_empty() -> None:
    assert joined(("电工", "", "（）", "电工", "焊工")) == f"电工{PART}焊工"


def test_grams_are_single_characters_and_pairs_within_a_part() -> None:
    assert grams("电工\n工") == ("g7535", "g5de5", "g7535x5de5")
    assert word_grams("电") == ("g7535",)
    assert word_grams("电工人") == ("g7535x5de5", "g5de5x4eba")


@given(st.text(min_size=1), st.data())
def test_a_text_has_the_grams_of_every_word_in_it(text: str, data: st.DataObject) -> None:
    whole = compact(text)
    start = data.draw(st.integers(0, len(whole)))
    word = whole[start : data.draw(st.integers(start, len(whole)))]
    if word:
        assert set(word_grams(word)) <= set(grams(whole))


@given(st.text())
def test_grams_and_keys_are_ascii_letters_and_digits(text: str) -> None:
    for token in (*grams(compact(text)), text_key(compact(text))):
        assert token.isascii()
        assert token.isalnum()
        assert token == token.lower()


def test_names_are_sorted_as_they_sound() -> None:
    names = ["株洲", "长沙", "岳阳", "安化", "衡阳"]
    assert sorted(names, key=lambda name: order_key(name, "")) == ["安化", "长沙", "衡阳", "岳阳", "株洲"]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_an_order_key_fits_into_what_meilisearch_can_sort(name: str) -> None:
    assert len(order_key(name, "S000043990001")) <= 468
