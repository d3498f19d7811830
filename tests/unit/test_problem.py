import pickle

import pytest

from speccom.problem import Problem


class UnknownLayout(Problem):
    pass


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (Problem("the file is empty"), "the file is empty."),
        (Problem("the file is empty", where="a.csv"), "a.csv: the file is empty."),
        (
            Problem("`age` is not a number", where="a.csv, row 3", mend="Write whole years"),
            "a.csv, row 3: `age` is not a number. Write whole years.",
        ),
        (Problem("Which layout is it?", mend="Say `--layout`."), "Which layout is it? Say `--layout`."),
    ],
)
def test_says_what_where_and_how_to_mend_it(problem: Problem, said: str) -> None:
    assert str(problem) == said


def test_comes_back_whole_from_another_process() -> None:
    back = pickle.loads(pickle.dumps(UnknownLayout("no such layout", where="a.csv", mend="Name another")))
    assert isinstance(back, UnknownLayout)
    assert str(back) == "a.csv: no such layout. Name another."
