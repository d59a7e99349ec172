"""What a contract promises: made, signed, modified; and the ledger."""

public = []
supplier = []
commissioner = []
integrity = []
