"""Lines from a file: spreadsheet habits are taken, every error is told, nothing is half in."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contracts.forms.importing import merged, read
from contracts.importing import MOST_BYTES, Unreadable, rows_of
from contracts.selectors.promises import Promise
from contracts.sheets import cell
from tests.contracts.quarters import quarter_of, running
from tests.signing_in import sign_in

HEAD = (
    "Subcontractor,People referred,Pounds paid,Invoices paid,Paid late,Average days to pay,"
    "Anything to explain"
)
LINE = "Small Steps,30,5000,2,0,20,"


class Named:
    """Enough of a key subcontractor to be found by its name."""

    def __init__(self, name):
        self.name, self.reference = name, f"reference of {name}"


PROMISES = [Promise(Named("Small Steps"), [], None), Promise(Named("=Sum of Us"), [], None)]


def found(*lines, head=HEAD, encoding="utf-8", mark=""):
    return read((mark + "\r\n".join([head, *lines])).encode(encoding), PROMISES)


def held(text):
    return [form.stated() for form in found(text).forms]


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff" + HEAD + "\r\n" + LINE,
        HEAD + "\n" + LINE + "\n\n,,,,,,\n",
        HEAD.replace(",", ";") + "\n" + LINE.replace(",", ";"),
        HEAD.replace(",", "\t") + "\n" + LINE.replace(",", "\t"),
        HEAD.upper() + '\n"small  steps",30,"£5,000.00",2,0,20.0,',
        HEAD + "\n'Small Steps,30.0,5000,2,0,20,".replace("'S", "S"),
        "Paid late,Subcontractor,Pounds paid,Invoices paid,People referred,Average days to pay\n"
        "0,Small Steps,5000,2,30,20",
    ],
)
def test_what_spreadsheets_write_is_read_alike(content):
    result = read(content.encode(), PROMISES)

    assert result.problems == []
    (line,) = [form.stated() for form in result.forms]
    assert line.reference == "reference of Small Steps"
    assert (line.figures.referrals, line.figures.pounds, line.figures.days_to_pay) == (30, 5000, 20)


def test_windows_1252_and_guards_against_formulas_are_understood():
    text = HEAD + "\n" + cell("=Sum of Us") + ",1,£5,1,0,3,It’s café"

    result = read(text.encode("cp1252"), PROMISES)

    assert result.problems == []
    (line,) = [form.stated() for form in result.forms]
    assert (line.reference, line.words) == ("reference of =Sum of Us", "It’s café")


def test_every_error_is_told_by_line_and_column():
    result = found(
        "Small Steps,thirty,5000,2,3,,",
        ",1,1,1,0,1,",
        "small steps,1,-5,1,0,400,",
        "Elsewhere,1,10,1,0,1,,too much",
    )

    told = [(problem.line, problem.column) for problem in result.problems]
    assert told == [
        (2, "People referred"),
        (2, "Paid late"),
        (2, "Average days to pay"),
        (3, "Subcontractor"),
        (4, "Pounds paid"),
        (4, "Average days to pay"),
        (4, "Subcontractor"),
        (5, ""),
    ]
    assert "must be a whole number" in result.problems[0].words
    assert "thirty" in result.problems[0].words
    assert result.outside == ["Elsewhere"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x00\x01PK", "not a CSV"),
        (b"a,b\n1,2", "lacks headings"),
        (HEAD.encode(), "no lines"),
        (HEAD.encode() + b'\n"Small', "quotation mark"),
        (HEAD.encode() + b"\n" + b"x,1,1,1,0,1,\n" * 200, "more than 150 lines"),
        (b"x" * (MOST_BYTES + 1), "larger than"),
        ((HEAD + ",Paid late\n" + LINE).encode(), "Two columns"),
    ],
)
def test_what_cannot_be_read_at_all_is_said_plainly(content, words):
    with pytest.raises(Unreadable) as problem:
        list(rows_of(content))

    assert words in problem.value.message


def test_lines_of_the_file_take_the_place_of_those_typed_and_leave_others():
    draft = {
        "income": "9",
        "rows": [
            {"subcontractor": "a", "referrals": "1"},
            {"subcontractor": "", "name": "Else", "referrals": "2"},
        ],
    }
    rows = [{"subcontractor": "b", "name": "B"}, {"subcontractor": "", "name": "ELSE "}]

    assert merged(draft, rows) == {"income": "9", "rows": [draft["rows"][0], *rows]}


@pytest.mark.django_db
def test_nothing_is_half_imported_and_the_preview_comes_before_it_counts(client):
    contract = running(2)
    quarter = quarter_of(contract)
    sign_in(client, contract.person)
    url = reverse("supplier:quarter_import", args=[quarter.reference])
    first, second = contract.subcontractors.order_by("position")
    good = f'{HEAD}\n"{first.name}",1,2,1,0,3,\n"{second.name}",4,5,1,1,6,<b>bold</b>\n'

    bad = client.post(
        url, {"file": SimpleUploadedFile("x.csv", good.replace("4,5", "4,x").encode())}
    )
    preview = client.post(url, {"file": SimpleUploadedFile("x.csv", good.encode())})
    quarter.refresh_from_db()
    untouched = quarter.draft
    rows = preview.context["rows"]
    taken = client.post(url, {"rows": rows, "number": "0"}, follow=True).content.decode()
    stale = client.post(
        url, {"rows": rows.replace("4", "7"), "number": "0"}, follow=True
    ).content.decode()
    client.post(url, {"rows": "nonsense", "number": "1"})

    words = bad.content.decode()
    assert "Line 3, column “Pounds paid”" in words and "Nothing was taken" in words
    assert "Is this right?" in preview.content.decode()
    assert "<b>bold" not in preview.content.decode()
    assert untouched is None
    assert 'value="5"' in taken and "The lines of the file are in the quarter" in taken
    assert "A colleague saved" in stale
    template = client.get(reverse("supplier:quarter_template", args=[quarter.reference]))
    assert template.content.decode().lstrip("\ufeff").splitlines()[0] == HEAD
