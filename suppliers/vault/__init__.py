"""An organisation's vault: what it keeps for itself, readable by its signed-in people alone.

    keeping.seal_kept(supplier, content, purpose=Purpose.KEPT, bound_to={...})   anybody may put in
    vault = request.vaults.of(supplier)                                          or VaultLocked
    content = keeping.read_kept(vault, row, bound_to={...})                      or VaultLocked

The organisation has a key pair. Its private half lies sealed to each member's personal key, which
opens with the sign-in password and lives as long as the session; the server at rest has neither.
"""
