"""How much is taken in."""

MEGABYTE = 1024 * 1024

FILE_BYTES = 25 * MEGABYTE
# All files of one request together: what one web process may have to hold in memory.
REQUEST_BYTES = 50 * MEGABYTE
# Beyond this much of refused uploads the rest of the request is not read at all.
DRAINED_BYTES = 100 * MEGABYTE
UNPACKED_BYTES = 200 * MEGABYTE
UNPACKED_ENTRIES = 2000
UNPACKED_RATIO = 100
# Below this a high ratio is only an empty spreadsheet.
RATIO_COUNTS_FROM = 10 * MEGABYTE
PIXELS = 200_000_000
NAME_LENGTH = 200
ORPHAN_HOURS = 24
