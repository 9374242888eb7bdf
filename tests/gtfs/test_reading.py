"""What spreadsheets and old exports do to a text file: mended, and told with file and row."""

import pytest

from gtfs.reading import decode, read_table

STOPS = "stop_id,stop_name\nS,加賀温泉駅\nH,菊の湯\n"


def rows(data: bytes, name: str = "stops") -> list[list[str]]:
    return read_table(name, f"{name}.txt", data).frame.values.tolist()


@pytest.mark.parametrize(
    "data",
    [
        STOPS.encode(),
        STOPS.encode("utf-8-sig"),
        STOPS.encode("utf-16"),
        STOPS.replace("\n", "\r\n").encode(),
        STOPS.replace("\n", "\r").encode(),
        STOPS.rstrip("\n").encode(),
        b'"stop_id" , "stop_name"\n' + '"S","加賀温泉駅"\n"H","菊の湯"\n'.encode(),
        "Stop_ID, stop_name \n S ,加賀温泉駅\t\nH,　菊の湯\n".encode(),
        "\nstop_id,stop_name\n\nS,加賀温泉駅\n,\nH,菊の湯\n  \n\n".encode(),
    ],
    ids=["utf8", "bom", "utf16", "crlf", "cr", "no-end", "quotes", "spaces", "blank-lines"],
)
def test_ways_of_writing_the_same(data: bytes) -> None:
    assert rows(data) == [["S", "加賀温泉駅"], ["H", "菊の湯"]]


def test_shift_jis_is_read_with_a_warning() -> None:
    table = read_table("stops", "stops.txt", STOPS.encode("cp932"))

    assert table.frame["stop_name"].tolist() == ["加賀温泉駅", "菊の湯"]
    (notice,) = table.notices
    assert str(notice) == (
        "stops.txt row 2: the file is not UTF-8; it was read as Shift_JIS (CP932)."
        " Save it as UTF-8."
    )


def test_western_text_is_not_taken_for_japanese() -> None:
    text, notices = decode(
        "stops.txt", "stop_id,stop_name\n1,Praça João\n2,Böblingen\n".encode("cp1252")
    )

    assert "Praça João" in text
    assert "Böblingen" in text
    assert "Windows-1252" in notices[0].message


def test_lines_are_counted_as_a_person_counts() -> None:
    data = b'stop_id,stop_name\n\nA,one\n\nB,"two\nlines"\nC,three\n'
    table = read_table("stops", "stops.txt", data)

    assert table.frame["stop_id"].tolist() == ["A", "B", "C"]
    assert table.rows.tolist() == [3, 5, 7]


def test_quoted_commas_and_doubled_quotes() -> None:
    assert rows(b'stop_id,stop_name\nA,"Hall, north"\nB,"the ""old"" mill"\n') == [
        ["A", "Hall, north"],
        ["B", 'the "old" mill'],
    ]


def test_words_that_pandas_takes_for_missing_stay() -> None:
    assert rows(b"stop_id,stop_name\nNA,null\nnan,None\n") == [["NA", "null"], ["nan", "None"]]


def test_short_row_is_filled_and_told() -> None:
    table = read_table("stops", "stops.txt", b"stop_id,stop_name,stop_desc\nA,one,x\nB,two\n")

    assert table.frame.values.tolist() == [["A", "one", "x"], ["B", "two", ""]]
    (notice,) = table.notices
    assert str(notice) == (
        "stops.txt row 3: the row has 2 fields, the header has 3; the missing ones are taken as"
        " empty. Check the row."
    )


def test_long_row_of_a_core_table_is_an_error() -> None:
    table = read_table("stops", "stops.txt", b"stop_id,stop_name\nA,Hall, north\nB,two\n")

    assert table.frame["stop_id"].tolist() == ["B"]
    (notice,) = table.notices
    assert (notice.severity, notice.row) == ("error", 2)
    assert 'Put a text that holds a comma between double quotes ("A, B")' in notice.message


def test_empty_fields_too_many_do_no_harm() -> None:
    table = read_table("stops", "stops.txt", b"stop_id,stop_name\nA,one,,\nB,two,\n")

    assert table.frame.values.tolist() == [["A", "one"], ["B", "two"]]
    assert table.notices == []


def test_trailing_comma_in_the_header() -> None:
    assert rows(b"stop_id,stop_name,\nA,one,\nB,two,\n") == [["A", "one"], ["B", "two"]]


def test_column_named_twice() -> None:
    table = read_table("stops", "stops.txt", b"stop_id,stop_name,stop_id\nA,one,X\n")

    assert table.frame.values.tolist() == [["A", "one"]]
    assert table.notices[0].code == "duplicate_column"


@pytest.mark.parametrize("mark", [";", "\t"], ids=["semicolons", "tabs"])
def test_other_separators_of_spreadsheets(mark: str) -> None:
    data = 'stop_id,stop_name,stop_desc\nA,one,\n\nB,"two, north",x\n'.replace(",", mark)
    table = read_table("stops", "stops.txt", data.replace(f"two{mark}", "two,").encode())

    assert table.frame.values.tolist() == [["A", "one", ""], ["B", "two, north", "x"]]
    assert table.rows.tolist() == [2, 4]
    assert "Save with commas" in table.notices[0].message


def test_quote_that_is_never_closed() -> None:
    data = b'stop_id,stop_name\nA,one\nB,"two\nC,three\nD,"four"\n'
    notices = read_table("stops", "stops.txt", data).notices

    assert (notices[0].code, notices[0].severity, notices[0].row) == ("open_quote", "error", 3)
    assert "is opened and never closed" in notices[0].message


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\r\n\r\n"])
def test_empty_file_is_told(data: bytes) -> None:
    table = read_table("shapes", "shapes.txt", data)

    assert table.frame.empty
    assert table.notices[0].code == "empty_file"


def test_header_only_file() -> None:
    table = read_table("shapes", "shapes.txt", b"shape_id,shape_pt_lat\n")

    assert list(table.frame.columns) == ["shape_id", "shape_pt_lat"]
    assert len(table.frame) == 0
    assert table.notices == []


def test_many_faults_are_told_in_few_words() -> None:
    lines = ["stop_id,stop_name,stop_desc", *(f"S{number},x" for number in range(500))]
    table = read_table("stops", "stops.txt", "\n".join(lines).encode())

    assert len(table.frame) == 500
    assert len(table.notices) == 11
    assert table.notices[-1].message == "490 more rows have the same fault."


def test_draft_names_of_columns_are_understood() -> None:
    header = b"trip_id,start_pickup_dropoff_window,dropoff_booking_rule_id\nT,08:00:00,R\n"
    frame = read_table("stop_times", "stop_times.txt", header).frame

    assert list(frame.columns) == [
        "trip_id",
        "start_pickup_drop_off_window",
        "drop_off_booking_rule_id",
    ]
