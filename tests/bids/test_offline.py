"""The offline pack goes out and comes back, whatever was done to it, and nothing is lost."""

import io
import zipfile
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl import load_workbook

from bids.actions.bringing_back import bring_back
from bids.actions.drafting import save_answer, save_price
from bids.actions.subcontracting import declare_subcontracting
from bids.content import answer_text, fingerprint
from bids.models import Bid
from bids.offline import text_document, workbook
from bids.offline.contents import boxes, pack_of
from bids.offline.reading import read_pack
from bids.offline.returned import items
from bids.selectors.bidding import is_priced, offer_of, questions_of
from bids.selectors.writers import said, versions_of
from framework_portal import clock
from framework_portal.refusals import Refused
from suppliers.states import MemberRole
from tests.bids.bidding import bidder, submit
from tests.factories import (
    BidFactory,
    CompetitionFactory,
    CriterionFactory,
    LotFactory,
    MembershipFactory,
    QuestionFactory,
    publish,
)
from tests.signing_in import sign_in, vaults_of

pytestmark = pytest.mark.django_db

FIRST = 'Line one – with ŵ, £5 & <tags>\n\n=1+1\n- a list\n+44 7700\n@here\t"quoted"'


@pytest.fixture
def bid():
    competition = CompetitionFactory()
    quality = CriterionFactory(competition=competition, weight=70, name="Quality")
    QuestionFactory.create_batch(3, criterion=quality)
    CriterionFactory(competition=competition, kind="price", weight=30, name="Price")
    lot = LotFactory(competition=competition)
    publish(competition)
    bid = BidFactory(lot=lot)
    bid.person = bidder(bid)
    bid.questions = questions_of(competition)
    write(bid, 0, FIRST)
    return bid


def write(bid, number, text):
    question = bid.questions[number]
    save_answer(bid=bid, question=question, text=text, by=bid.person, at=clock.now())


def now(bid):
    found = Bid.objects.for_desk().get(pk=bid.pk)
    found.vaults = vaults_of(bid.person)
    return offer_of(found)


def texts(bid):
    content = now(bid)
    return [answer_text(content, question) for question in bid.questions]


def pack(bid):
    return pack_of(bid, now(bid), bid.questions, is_priced=True, at=clock.now())


def boxes_of(bid):
    return boxes(now(bid), bid.questions, is_priced=is_priced(bid.lot.competition))


def docx(bid):
    return Document(io.BytesIO(text_document.text_document(pack(bid))))


def xlsx(bid):
    return load_workbook(io.BytesIO(workbook.workbook(pack(bid))))


def saved(document, name=None):
    out = io.BytesIO()
    document.save(out)
    name = name or ("pack.docx" if hasattr(document, "paragraphs") else "pack.xlsx")
    return SimpleUploadedFile(name, out.getvalue())


def compared(bid, upload):
    found, problems = read_pack(upload, boxes_of(bid))
    return items(boxes_of(bid), found), problems


def fill(document, number, *lines):
    """Write into the box of a question as a person would."""
    cell = document.tables[number].rows[1].cells[0]
    for paragraph in cell.paragraphs[1:]:
        paragraph._p.getparent().remove(paragraph._p)
    cell.paragraphs[0].text = lines[0]
    for line in lines[1:]:
        cell.add_paragraph(line)


@pytest.mark.parametrize("make", [docx, xlsx])
def test_brought_back_untouched_nothing_changes(bid, make):
    save_price(bid=bid, price=Decimal("1234.5"), note="=why", by=bid.person, at=clock.now())

    found, problems = compared(bid, saved(make(bid)))

    assert [item.state for item in found] == ["same"] * 5
    assert problems == [] and all(item.problems == [] for item in found)


def test_the_word_file_says_everything_and_hides_the_references(bid):
    document = docx(bid)

    said = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for part in (
        bid.lot.title,
        bid.supplier.name,
        "70% of the score",
        "Up to 100 words",
        "Bids close",
    ):
        assert part in said
    hidden = [r for r in document.tables[0].rows[0].cells[0].paragraphs[0].runs if r.font.hidden]
    assert str(bid.questions[0].reference) in hidden[0].text
    assert document.core_properties.title and document.core_properties.language == "en-GB"


def test_no_cell_of_the_workbook_is_a_formula_but_the_counts(bid):
    book = xlsx(bid)

    formulas = [
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert {(title, place[0]) for title, place in formulas} == {(book.worksheets[0].title, "F")}
    assert book.worksheets[0]["E2"].value == FIRST and book.worksheets[0]["E2"].quotePrefix
    assert book.worksheets[0].column_dimensions["A"].hidden


def test_what_was_written_in_word_comes_back(bid):
    document = docx(bid)
    fill(document, 1, "We listen first.", "", "Then we act.")
    fill(document, 2, "word " * 120)
    document.tables[3].rows[1].cells[0].paragraphs[0].text = "£2,500"

    (first, second, third, price, note), problems = compared(bid, saved(document))

    assert (first.state, second.state, note.state) == ("same", "new", "same")
    assert second.text == "We listen first.\n\nThen we act."
    assert third.problems == ["Question 3: 120 words, 100 allowed"] and third.can_be_taken
    assert (price.state, price.text) == ("new", "2500.00")
    assert problems == []


def test_problems_of_a_workbook_are_told_by_row(bid):
    book = xlsx(bid)
    sheet = book.worksheets[0]
    sheet["E3"] = "=HYPERLINK(1)"
    sheet["E4"] = "word " * 120
    sheet["E5"] = "about ten pounds"

    found, _problems = compared(bid, saved(book))

    assert [item.state for item in found] == ["same", "unusable", "new", "unusable", "same"]
    assert "Question 2, row 3: the cell holds a formula" in found[1].problems[0]
    assert found[2].problems == ["Question 3, row 4: 120 words, 100 allowed"]
    assert found[3].problems[0].startswith("Price, row 5: ")


def test_rows_and_boxes_in_another_order_find_their_questions(bid):
    book, document = xlsx(bid), docx(bid)
    sheet = book.worksheets[0]
    sheet["E3"], sheet["E4"] = "Second", "Third"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=6)]
    for place, row in enumerate(reversed(rows), start=2):
        for column, value in enumerate(row, start=1):
            sheet.cell(place, column).value = value
            sheet.cell(place, column).data_type = "s"
    sheet.insert_cols(2)
    fill(document, 1, "Second")
    fill(document, 2, "Third")
    body = document.tables[0]._tbl.getparent()
    body.insert(0, document.tables[2]._tbl)

    for upload in (saved(book), saved(document)):
        found, problems = compared(bid, upload)
        assert [item.text for item in found[1:3]] == ["Second", "Third"] and problems == []


def test_half_a_file_leaves_the_rest_alone(bid):
    document = docx(bid)
    fill(document, 1, "Second")
    for number in (0, 2):
        document.tables[number]._tbl.getparent().remove(document.tables[number]._tbl)

    found, _problems = compared(bid, saved(document))

    assert found[0].state == "missing" and not found[0].can_be_taken
    assert found[1].text == "Second"


def test_an_emptied_answer_never_empties_the_draft(bid):
    document = docx(bid)
    fill(document, 0, "")

    found, _problems = compared(bid, saved(document))

    assert found[0].state == "empty" and not found[0].can_be_taken


def test_what_was_changed_here_meanwhile_is_a_conflict_and_shown(bid):
    document = docx(bid)
    fill(document, 0, "Changed in the file")
    write(bid, 0, "Changed here")

    found, _problems = compared(bid, saved(document))

    assert found[0].state == "conflict"
    assert (
        "".join(piece.text for piece in found[0].pieces if piece.kind != "added") == "Changed here"
    )


def test_formatting_tracked_changes_links_and_lists_come_back_as_words(bid):
    document = docx(bid)
    cell = document.tables[1].rows[1].cells[0]
    cell.paragraphs[0].add_run("Bold ").bold = True
    cell._tc.append(
        parse_xml(
            f"""<w:p {nsdecls("w")}><w:ins w:id="1" w:author="x"><w:r><w:t>kept</w:t></w:r></w:ins>
            <w:del w:id="2" w:author="x"><w:r><w:delText>gone</w:delText></w:r></w:del>
            <w:hyperlink><w:r><w:t xml:space="preserve"> linked</w:t></w:r></w:hyperlink>
            <w:sdt><w:sdtContent><w:r><w:t xml:space="preserve"> boxed</w:t></w:r></w:sdtContent>
            </w:sdt><w:r><w:tab/><w:t>tab</w:t><w:br/><w:t>line</w:t></w:r></w:p>"""
        )
    )
    listed = parse_xml(
        f'<w:p {nsdecls("w")}><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
        "</w:pPr><w:r><w:t>item</w:t></w:r></w:p>"
    )
    cell._tc.append(listed)

    found, _problems = compared(bid, saved(document))

    assert found[1].text == "Bold\nkept linked boxed\ttab\nline\n• item"


def test_pictures_notes_and_inner_tables_are_told_by_place(bid):
    document = docx(bid)
    cell = document.tables[1].rows[1].cells[0]
    cell.paragraphs[0].add_run("Words")
    cell._tc.append(parse_xml(f"<w:p {nsdecls('w')}><w:r><w:pict/></w:r></w:p>"))
    inner = cell.add_table(rows=1, cols=2)
    inner.rows[0].cells[0].text, inner.rows[0].cells[1].text = "left", "right"
    cell.add_paragraph()

    found, _problems = compared(bid, saved(document))

    assert found[1].text == "Words\n\nleft | right"
    assert [problem.split(":")[0] for problem in found[1].problems] == ["Question 2"] * 2


def test_a_row_added_to_a_box_belongs_to_it(bid):
    document = docx(bid)
    fill(document, 1, "One")
    document.tables[1].add_row().cells[0].text = "Two"

    assert compared(bid, saved(document))[0][1].text == "One\nTwo"


def test_without_its_hidden_mark_a_box_is_known_by_its_label(bid):
    document = docx(bid)
    fill(document, 1, "Second")
    for run in document.tables[1].rows[0].cells[0].paragraphs[0].runs:
        if run.font.hidden:
            run.text = ""

    assert compared(bid, saved(document))[0][1].text == "Second"


def test_without_its_hidden_column_a_row_is_known_by_its_question(bid):
    book = xlsx(bid)
    book.worksheets[0]["E3"] = "Second"
    book.worksheets[0].delete_cols(1)

    assert compared(bid, saved(book))[0][1].text == "Second"


def test_the_same_question_twice_is_told_and_neither_is_taken(bid):
    book = xlsx(bid)
    sheet = book.worksheets[0]
    sheet["E3"] = "One way"
    for column in range(1, 6):
        sheet.cell(20, column).value = sheet.cell(3, column).value
    sheet["E20"] = "Another way"

    found, _problems = compared(bid, saved(book))

    assert found[1].state == "unusable"
    assert "twice: Question 2, row 3 and Question 2, row 20" in found[1].problems[0]


def test_a_pack_of_another_competition_is_told(bid):
    other = BidFactory()
    other.person, other.questions = bidder(other), questions_of(other.lot.competition)
    document = docx(other)
    fill(document, 0, "Elsewhere")
    document.tables[-1]._tbl.getparent().remove(document.tables[-1]._tbl)
    document.tables[-1]._tbl.getparent().remove(document.tables[-1]._tbl)

    found, problems = compared(bid, saved(document))

    assert "another competition" in problems[0]
    assert [item.state for item in found] == ["missing"] * 5


def test_a_file_without_boxes_says_what_to_do(bid):
    document = Document()
    document.add_paragraph("Our answers")

    found, problems = compared(bid, saved(document))

    assert "Download the pack again" in problems[0] and found[0].state == "missing"


def test_a_box_that_became_text_is_told(bid):
    document = docx(bid)
    table = document.tables[1]
    moved = table.rows[0].cells[0].paragraphs[0]._p
    table._tbl.getparent().insert(0, moved)
    table._tbl.getparent().remove(table._tbl)

    _found, problems = compared(bid, saved(document))

    assert problems == ["Question 2: its box is gone. Copy the answer into the box of a fresh pack"]


def broken_zip(bid):
    return SimpleUploadedFile("pack.docx", text_document.text_document(pack(bid))[:-400])


def rewritten(content, path, change):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            text = source.read(entry)
            target.writestr(entry, change(text) if entry.filename == path else text)
    return out.getvalue()


def bad_xml(bid):
    content = text_document.text_document(pack(bid))
    return SimpleUploadedFile(
        "pack.docx", rewritten(content, "word/document.xml", lambda text: text[:-50])
    )


def entities(bid):
    content = text_document.text_document(pack(bid))
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    return SimpleUploadedFile(
        "pack.docx", rewritten(content, "word/document.xml", lambda text: bomb)
    )


def deep(bid):
    content = text_document.text_document(pack(bid))
    nested = b"<w:sdt>" * 5000 + b"</w:sdt>" * 5000
    return SimpleUploadedFile(
        "pack.docx",
        rewritten(
            content,
            "word/document.xml",
            lambda text: text.replace(b"<w:body>", b"<w:body>" + nested),
        ),
    )


def macros(bid):
    content = text_document.text_document(pack(bid))
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    return SimpleUploadedFile("pack.docx", out.getvalue())


def broken_sheet(bid):
    content = workbook.workbook(pack(bid))
    return SimpleUploadedFile(
        "pack.xlsx", rewritten(content, "xl/workbook.xml", lambda text: b"<workbook/>")
    )


HOSTILE = [
    broken_zip,
    bad_xml,
    entities,
    deep,
    macros,
    broken_sheet,
    lambda bid: SimpleUploadedFile("pack.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 100),
    lambda bid: SimpleUploadedFile("pack.docx", b"PK\x03\x04" + b"\x00" * 100),
    lambda bid: SimpleUploadedFile("pack.xlsx", b"Name,Answer"),
    lambda bid: SimpleUploadedFile("pack.docm", b"PK\x03\x04"),
    lambda bid: SimpleUploadedFile("pack.odt", b"PK\x03\x04"),
    lambda bid: SimpleUploadedFile("pack.exe", b"MZ"),
    lambda bid: SimpleUploadedFile("pack", b"x"),
    lambda bid: SimpleUploadedFile("pack.docx", workbook.workbook(pack(bid))),
]


@pytest.mark.parametrize("make", HOSTILE)
def test_what_cannot_be_read_is_refused_by_name_and_changes_nothing(bid, client, make):
    sign_in(client, bid.person)

    response = client.post(
        reverse("supplier:bid_offline", args=[bid.reference]), {"pack": make(bid)}
    )

    assert response.status_code == 200
    assert "‘pack" in response.content.decode() and "Error:" in response.content.decode()
    assert texts(bid) == [FIRST, "", ""]


def test_a_renamed_file_is_as_good(bid):
    document = docx(bid)
    fill(document, 1, "Second")

    found, _problems = compared(bid, saved(document, "C:\\Users\\Jo\\Copy of pack (3) FINAL.DOCX"))

    assert found[1].text == "Second"


def test_a_huge_sheet_is_read_in_bounds(bid):
    book = xlsx(bid)
    sheet = book.worksheets[0]
    for row in range(100, 5000):
        sheet.cell(row, 5).value = "x" * 20

    found, _problems = compared(bid, saved(book))

    assert found[0].state == "same"


def page_data(bid, form, **ticks):
    """What the page of the comparison carries."""
    data = {"plain": []}
    for item in form:
        if item.can_be_taken:
            data[f"text-{item.box.mark.key}"] = item.text
            data[f"seen-{item.box.mark.key}"] = item.shown
            data["plain"] += [item.box.mark.key] if item.state != "conflict" else []
    return data | ticks


def take(client, bid, **data):
    return client.post(reverse("supplier:bid_offline_take", args=[bid.reference]), data)


def test_only_what_is_ticked_is_taken_over(client, bid):
    document = docx(bid)
    fill(document, 1, "Second")
    fill(document, 2, "Third")
    sign_in(client, bid.person)
    upload = saved(document)
    page = client.post(reverse("supplier:bid_offline", args=[bid.reference]), {"pack": upload})
    upload.seek(0)
    found, _problems = compared(bid, upload)

    second = str(bid.questions[1].reference)
    response = take(client, bid, **page_data(bid, found, take=[second]))

    assert "Take over all 2 answers" in page.content.decode()
    assert response.status_code == 302
    assert texts(bid) == [FIRST, "Second", ""]


def test_what_the_file_replaces_stands_in_the_history(client, bid):
    document = docx(bid)
    fill(document, 0, "In the file")
    sign_in(client, bid.person)
    found, _problems = compared(bid, saved(document))

    take(client, bid, **page_data(bid, found, every="on"))

    vault = vaults_of(bid.person).of(bid.supplier)
    assert [said(each, vault) for each in versions_of(bid, bid.questions[0])] == [
        "In the file",
        FIRST,
    ]


def test_all_that_is_no_conflict_is_taken_with_one_tick(client, bid):
    document = docx(bid)
    fill(document, 0, "In the file")
    fill(document, 1, "Second")
    document.tables[3].rows[1].cells[0].paragraphs[0].text = "99.5"
    write(bid, 0, "Here meanwhile")
    sign_in(client, bid.person)
    found, _problems = compared(bid, saved(document))

    take(client, bid, **page_data(bid, found, every="on"))

    assert texts(bid) == ["Here meanwhile", "Second", ""]
    assert now(bid)["price"] == "99.50"


def test_what_is_taken_over_while_somebody_writes_changes_nothing(client, bid):
    document = docx(bid)
    fill(document, 1, "Second")
    sign_in(client, bid.person)
    found, _problems = compared(bid, saved(document))
    write(bid, 1, "Written meanwhile")

    response = take(client, bid, **page_data(bid, found, every="on"))

    assert "Nothing was taken over" in response.content.decode()
    assert texts(bid)[1] == "Written meanwhile"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"take": ["nonsense"]},
        {"take": ["price"], "text-price": "a lot", "seen-price": "0" * 32},
        {"every": "on", "plain": ["price"]},
        {"take": ["price_note"], "text-price_note": "x", "seen-price_note": "y"},
        {"take": ["\x00"]},
    ],
)
def test_forged_pages_change_nothing(client, bid, data):
    sign_in(client, bid.person)
    before = now(bid)

    response = take(client, bid, **data)

    assert response.status_code == 200 and "There is a problem" in response.content.decode()
    assert now(bid) == before


def test_with_nothing_ticked_the_comparison_is_shown_again(client, bid):
    document = docx(bid)
    fill(document, 0, "In the file")
    fill(document, 1, "Second")
    write(bid, 0, "Here meanwhile")
    sign_in(client, bid.person)
    found, _problems = compared(bid, saved(document))

    page = take(client, bid, **page_data(bid, found)).content.decode()

    assert "Select the answers to take over" in page and ">\nSecond</textarea>" in page
    assert "Changed in the file, and here since you downloaded it" in page


def test_a_question_of_another_competition_is_never_written(bid):
    foreign = questions_of(BidFactory().lot.competition)[0]

    with pytest.raises(Refused) as refusal:
        bring_back(
            bid=bid,
            questions=bid.questions,
            texts={str(foreign.reference): ("x", fingerprint(""))},
            by=bid.person,
            at=clock.now(),
        )

    assert refusal.value.code == "foreign"


def test_after_closing_nothing_is_taken_over(bid):
    with pytest.raises(Refused) as refusal:
        bring_back(
            bid=bid,
            questions=bid.questions,
            texts={},
            by=bid.person,
            at=bid.lot.competition.closes_at,
        )

    assert refusal.value.code == "closed"


@pytest.mark.parametrize("kind", ["docx", "xlsx", "zip", "exe"])
def test_the_files_are_handed_out_to_the_own_people_only(client, bid, kind):
    page = reverse("supplier:bid_pack", args=[bid.reference, kind])
    sign_in(client, bidder(bid, role=MemberRole.READER))
    own = client.get(page)
    content = b"".join(own.streaming_content) if own.streaming else own.content
    sign_in(client, MembershipFactory().user)

    assert client.get(page).status_code == 404
    if kind == "exe":
        assert own.status_code == 404
    else:
        assert own.status_code == 200 and content.startswith(b"PK")
        assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None


def test_readers_bring_nothing_back(client, bid):
    sign_in(client, bidder(bid, role=MemberRole.READER))

    response = client.post(
        reverse("supplier:bid_offline", args=[bid.reference]), {"pack": saved(docx(bid))}
    )

    assert response.status_code == 403


def test_a_submitted_bid_is_packed_and_changed_like_a_draft(bid):
    for number in (1, 2):
        write(bid, number, "As submitted")
    save_price(bid=bid, price=1, by=bid.person, at=clock.now())
    declare_subcontracting(bid=bid, uses=False, by=bid.person, at=clock.now())
    submit(bid)
    document = docx(bid)
    fill(document, 1, "Changed offline")

    found, _problems = compared(bid, saved(document))

    assert (found[0].state, found[1].state) == ("same", "changed")
