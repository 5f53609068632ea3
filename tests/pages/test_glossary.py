from heed.pages.glossary import Term, marked

TERMS = (
    Term("pe", "PE", "A share."),
    Term("gap", "PE gap", "A difference."),
    Term("map", "map", "A picture.", ("maps", "map")),
)


def links(text: str) -> list[str]:
    return [part.split('"')[0] for part in str(marked(text, TERMS)).split('href="#term-')[1:]]


def test_the_longest_word_wins_and_each_term_leads_there_once() -> None:
    assert links("The PE gap of maps, a PE gap, PE") == ["gap", "map", "pe"]


def test_parts_of_words_are_no_terms() -> None:
    assert links("PEA, a mapped remap, SPEED") == []


def test_texts_are_escaped() -> None:
    assert "<b>" not in marked("<b> PE", TERMS)
    assert str(marked("a & b", ())) == "a &amp; b"
