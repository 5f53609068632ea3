from heed.audit.page.statements import DRAWN, MISUSE, PHOTOGRAPHS, ethics, evaluated, limits


def test_the_evaluation_data_are_told_by_the_run(results, settings) -> None:
    settings["frontal"]["threshold"] = 0.2
    assert evaluated(results.audit, settings) == (
        "7 computer-drawn faces of 4 persons: the frontal faces of the test partition "
        "(frontal.threshold 0.2)."
    )
    results.audit["persons"] = 7  # unknown: each face stands for a person
    settings["data"]["source"] = "celeba"
    assert evaluated(results.audit, settings).startswith("7 photographs: the frontal faces of")


def test_limits_depend_on_the_run(results, settings) -> None:
    told = " ".join(limits(results.audit, settings))
    assert "drawn faces need not hold of photographs" in told
    assert "PE gap is over" not in told
    assert "one training" not in told
    results.audit["models"]["unbalanced"] |= {"pe_attributes": 31, "replicates": 1}
    settings["data"]["source"] = "celeba"
    told = " ".join(limits(results.audit, settings))
    assert "over 31 attributes for the unbalanced network" in told
    assert "fewer than 5 faces" in told
    assert "Of the unbalanced network there is one training" in told
    assert "CelebA's label, which may be wrong itself" in told


def test_nobody_is_to_be_judged(settings) -> None:
    assert ethics(settings)[1:] == (DRAWN, MISUSE)
    settings["data"]["source"] = "celeba"
    assert PHOTOGRAPHS in ethics(settings)
