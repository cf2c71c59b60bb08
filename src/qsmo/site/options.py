"""What an operator may set, typed, from the environment (`QSMO_…`); every default is right for one machine."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Options(BaseSettings):
    """The settings of one installation. `database_url` empty means SQLite in the `var` folder.

    `oidc_server` is the issuer's address of an identity provider such as Login.gov; empty, there is none. `oidc_acr`
    are the levels of assurance that are accepted, weakest first, separated by spaces; the first is asked for.
    `database_reader` is the role of PostgreSQL as which pages are read; it belongs to all databases of a server.
    """

    model_config = SettingsConfigDict(env_prefix="QSMO_", extra="ignore")

    var: Path = Path("var")
    database_url: str = ""
    database_reader: str = "qsmo_reader"
    secret_key: str = ""
    debug: bool = False
    hosts: str = "localhost,127.0.0.1,[::1]"
    secure: bool = False
    government_banner: bool = False
    demo_sign_in: bool = True
    oidc_server: str = ""
    oidc_name: str = "Login.gov"
    oidc_client_id: str = ""
    oidc_key_file: Path = Path("oidc-key.pem")
    oidc_acr: str = "urn:acr.login.gov:verified"

    @property
    def folder(self) -> Path:
        """The folder for the database and files, made when it is missing."""
        folder = self.var.absolute()
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def secret(self) -> str:
        """The key that signs sessions: as set, else one made once and kept in the folder, readable by its owner."""
        if self.secret_key:
            return self.secret_key
        kept = self.folder / "secret"
        if not kept.exists():
            fresh = self.folder / f"secret-{secrets.token_hex(4)}"
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(48))
            fresh.replace(kept) if not kept.exists() else fresh.unlink()
        return kept.read_text()


@cache
def options() -> Options:
    """The options of this process, read once."""
    return Options()
