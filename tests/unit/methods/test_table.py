"""A table as Markdown, whatever its names hold."""

from speccom.methods.table import Table


def test_a_name_of_two_lines_or_with_a_bar_stays_in_its_cell() -> None:
    table = Table("t", ("name", "count"), (("two\nlines", 1), ("a|b", 2)))
    assert table.as_markdown().splitlines() == [
        "| name | count |",
        "| --- | --- |",
        "| two lines | 1 |",
        "| a\\|b | 2 |",
    ]
