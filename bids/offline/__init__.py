"""The offline pack: one file of a lot to fill in without the portal, and bring back.

`contents` gathers what a pack says, `text_document` and `workbook` write it, `reading` and its two
readers read what came back, and `returned` compares that with the draft. Nothing here writes to
the database.
"""
