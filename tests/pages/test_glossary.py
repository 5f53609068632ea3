from heed.pages.glossary import Term, marked, once_per_section

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


def test_a_term_leads_there_once_in_each_section_and_stays_a_word_elsewhere() -> None:
    text = marked("PE of maps", TERMS)
    page = (
        f'<header>{text}</header><section id="a">{text} {text}</section><section>{text}</section>'
    )
    found = once_per_section(page)
    assert [part.count('class="term"') for part in found.split("<section")] == [2, 2, 2]
    assert found.count("PE") == 4
    assert ">map</a>s" not in found
    assert once_per_section(found) == found
