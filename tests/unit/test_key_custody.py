"""Custody: vault and Airflow as custodians, and the life of a key set from making to destruction."""

import hashlib
import json
import os
import subprocess
import sys
from threading import Barrier, Thread

import pytest
from fake_vault import running_vault

from pseudonymisation.key_wrapping import KeyLabel, LocalKek
from samenloop.key_custody import key_store
from samenloop.key_custody.key_store import KeyStore
from samenloop.key_custody.vault import TransitKek
from samenloop.keyring import make_keyring, open_keyring
from schemas.errors import RefusedByPurpose, RunError

PLACE = ("stapeling", "2018H1")
KEK = LocalKek(bytes(range(1, 33)))


def refused(code):
    return pytest.raises(RefusedByPurpose, match=f"^refused: {code}:")


@pytest.fixture
def vault():
    with running_vault() as running:
        yield running


@pytest.fixture
def vault_keyring(vault, tmp_path, monkeypatch):
    token = tmp_path / "token"
    token.write_text(vault.token + "\n")
    token.chmod(0o600)
    monkeypatch.setenv("SAMENLOOP_VAULT_ADDR", vault.address)
    monkeypatch.setenv("SAMENLOOP_VAULT_TOKEN_FILE", str(token))
    monkeypatch.setenv("SAMENLOOP_VAULT_KEY", "samenloop")
    return make_keyring(tmp_path / "home", "production", "vault")


class TestVault:
    def test_a_keyring_lives_without_a_passphrase(self, vault_keyring, vault):
        made = vault_keyring.key_set(*PLACE).fingerprint
        again = open_keyring(vault_keyring.home)
        assert again.key_set(*PLACE).fingerprint == made
        assert again.log_subject_key.fingerprint == vault_keyring.log_subject_key.fingerprint
        assert again.sign("fg", b"a purpose")
        assert not (again.home / "passphrase").exists()
        used = {path.split("/")[3] for path in vault.requests}
        assert used == {"encrypt", "decrypt", "hmac"}

    def test_no_key_reaches_the_vault_or_the_disk(self, vault_keyring, vault):
        assert vault.keys["samenloop"].hex() not in json.dumps(vault.requests)
        content = b"".join(path.read_bytes() for path in vault_keyring.home.rglob("*") if path.is_file())
        assert vault.token.encode() not in content

    def test_another_key_of_that_name_is_refused(self, vault_keyring, vault):
        vault.keys["samenloop"] = os.urandom(32)
        with refused("wrong_kek"):
            open_keyring(vault_keyring.home).key_set(*PLACE)

    def test_no_setting_chooses_another_key(self, vault_keyring, vault, monkeypatch):
        vault.keys["other"] = os.urandom(32)
        monkeypatch.setenv("SAMENLOOP_VAULT_KEY", "other")
        monkeypatch.setenv("SAMENLOOP_PASSPHRASE_FILE", "nowhere")
        assert open_keyring(vault_keyring.home).kek.fingerprint == vault_keyring.kek.fingerprint

    @pytest.mark.parametrize("honours", [True, False], ids=["today's vault", "a vault without associated data"])
    def test_a_blob_opens_for_its_own_label_only(self, vault, honours):
        vault.honours_associated_data = honours
        kek = TransitKek(vault.address, vault.token, "samenloop", "transit")
        sealed = kek.wrap(b"a key", KeyLabel("format", "stapeling", "2018H1", 1))
        assert kek.unwrap(sealed, KeyLabel("format", "stapeling", "2018H1", 1)) == b"a key"
        for label in (KeyLabel("format", "stapeling", "2018H2", 1), KeyLabel("format", "stapeling", "2018H1", 2)):
            with refused("key_damaged"):
                kek.unwrap(sealed, label)
        for wrong in (b"", b"{}", b"[]", b'{"data_key": "vault:v1:AAAA", "sealed": ""}', sealed[:-4] + b'A"}'):
            with refused("key_damaged"):
                kek.unwrap(wrong, KeyLabel("format", "stapeling", "2018H1", 1))

    def test_a_token_that_may_not_is_a_refusal_and_a_silent_vault_is_a_failure(self, vault, vault_keyring):
        vault.token = os.urandom(16).hex()
        with refused("custodian_refused"):
            open_keyring(vault_keyring.home).key_set(*PLACE)
        with pytest.raises(RunError, match="custodian_unreachable"):
            _ = TransitKek("http://127.0.0.1:1", "x", "samenloop", "transit").fingerprint

    def test_a_token_that_others_may_read_is_refused(self, vault_keyring, tmp_path):
        (tmp_path / "token").chmod(0o644)
        with refused("key_file_open"):
            open_keyring(vault_keyring.home).key_set(*PLACE)

    @pytest.mark.parametrize("name", ["SAMENLOOP_VAULT_ADDR", "SAMENLOOP_VAULT_TOKEN_FILE", "SAMENLOOP_VAULT_KEY"])
    def test_a_setting_that_lacks_is_named(self, vault_keyring, tmp_path, monkeypatch, name):
        monkeypatch.delenv(name)
        with pytest.raises(RefusedByPurpose, match=f"custodian_unset.*{name}"):
            make_keyring(tmp_path / "other", "production", "vault")

    def test_shows_its_token_to_nobody(self, vault):
        kek = TransitKek(vault.address, vault.token, "samenloop", "transit")
        assert repr(kek) == str(kek) == "<key-encryption key in a vault>"


_UNDER_AIRFLOW = """
import sys
from pathlib import Path
from samenloop.keyring import make_keyring, open_keyring
from schemas.errors import RefusedByPurpose
assert not [name for name in sys.modules if name.startswith("airflow.secrets")]
home = Path(sys.argv[1])
try:
    keyring = open_keyring(home) if home.exists() else make_keyring(home, "production", "airflow")
    print(keyring.key_set("stapeling", "2018H1").fingerprint)
except RefusedByPurpose as refusal:
    print(refusal.code)
"""


class TestAirflow:
    """A real Airflow, with its local-filesystem secrets backend."""

    @staticmethod
    def fingerprint(root, passphrase):
        (root / "variables.json").write_text(json.dumps({"samenloop_passphrase": passphrase} if passphrase else {}))
        env = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "SAMENLOOP"))}
        backend = {
            "AIRFLOW_HOME": str(root / "airflow"),
            "AIRFLOW__SECRETS__BACKEND": "airflow.secrets.local_filesystem.LocalFilesystemBackend",
            "AIRFLOW__SECRETS__BACKEND_KWARGS": json.dumps({"variables_file_path": str(root / "variables.json")}),
            "AIRFLOW__WORKERS__SECRETS_BACKEND": "airflow.secrets.local_filesystem.LocalFilesystemBackend",
            "AIRFLOW__WORKERS__SECRETS_BACKEND_KWARGS": json.dumps(
                {"variables_file_path": str(root / "variables.json")}
            ),
        }
        words = [sys.executable, "-c", _UNDER_AIRFLOW, str(root / "home")]
        done = subprocess.run(words, env={**env, **backend}, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.split()[-1]

    def test_the_passphrase_comes_from_the_secrets_backend(self, tmp_path):
        made = self.fingerprint(tmp_path, "correct horse battery staple")
        assert len(made) == 16
        assert self.fingerprint(tmp_path, "correct horse battery staple") == made
        assert self.fingerprint(tmp_path, "another passphrase, long enough") == "wrong_passphrase"
        assert self.fingerprint(tmp_path, None) == "key_missing"
        found = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
        assert found
        assert not any(b"correct horse" in path.read_bytes() for path in found)
        assert json.loads((tmp_path / "home" / "keyring.json").read_text())["custodian"]["holder"]["kind"] == "airflow"


class TestLifeOfAKeySet:
    @pytest.fixture
    def store(self, tmp_path):
        return KeyStore(tmp_path)

    def states(self, store):
        return [(one.version, one.state) for one in store.listed()]

    def test_many_tasks_at_once_make_one(self, store):
        start, found = Barrier(6), []

        def task():
            start.wait()
            found.append(store.newest(*PLACE, KEK).fingerprint)

        threads = [Thread(target=task) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(found), len(set(found))) == (6, 1)
        assert [path.name for path in (store.home / "keysets" / "stapeling" / "2018H1").iterdir()] == ["v1.json"]

    def test_rotation_makes_a_new_version_and_keeps_the_old(self, store):
        first = store.newest(*PLACE, KEK).fingerprint
        second = store.rotate(*PLACE, KEK).fingerprint
        assert first != second == store.newest(*PLACE, KEK).fingerprint
        assert self.states(store) == [(1, "rotated"), (2, "in use")]
        assert [one.fingerprint for one in store.listed()] == [first, second]

    def test_versions_count_on_beyond_nine(self, store):
        store.newest(*PLACE, KEK)
        made = [store.rotate(*PLACE, KEK).fingerprint for _ in range(10)]
        assert store.newest(*PLACE, KEK).fingerprint == made[-1]
        assert [version for version, _ in self.states(store)] == list(range(1, 12))

    def test_one_version_file_does_not_pass_for_another(self, store):
        store.newest(*PLACE, KEK)
        folder = store.home / "keysets" / "stapeling" / "2018H1"
        (folder / "v2.json").write_bytes((folder / "v1.json").read_bytes())
        (folder / "v2.json").chmod(0o600)
        with refused("key_damaged"):
            store.newest(*PLACE, KEK)

    def test_nothing_is_rotated_or_destroyed_that_is_not_there(self, store):
        for act in (lambda: store.rotate(*PLACE, KEK), lambda: store.destroy(*PLACE, None)):
            with refused("key_missing"):
                act()
        store.newest(*PLACE, KEK)
        with refused("key_missing"):
            store.destroy(*PLACE, 2)

    @pytest.mark.parametrize("name", ["../x", "a/b", "", ".", "a|b"])
    def test_no_name_leads_out_of_the_keyring(self, store, name):
        for act in (lambda: store.newest(name, "2018H1", KEK), lambda: store.destroy("stapeling", name, None)):
            with refused("key_label"):
                act()

    def test_a_destroyed_scope_is_gone_and_never_made_again(self, store):
        keys, content = store.newest(*PLACE, KEK), self.file(store, 1).read_bytes()
        (gone,) = store.destroy(*PLACE, None)
        assert (gone.purpose, gone.scope, gone.version, gone.fingerprint) == (*PLACE, 1, keys.fingerprint)
        assert gone.wrapped_sha256 == hashlib.sha256(content).hexdigest()
        assert not self.file(store, 1).exists()
        for act in (
            lambda: store.newest(*PLACE, KEK),
            lambda: store.rotate(*PLACE, KEK),
            lambda: store.destroy(*PLACE, None),
        ):
            with refused("key_destroyed"):
                act()
        assert self.states(store) == [(1, "destroyed")]
        assert [json.loads(line) for line in (store.home / "destroyed.jsonl").read_text().splitlines()] == [
            gone.model_dump(mode="json")
        ]

    def test_a_file_put_back_from_a_backup_stays_refused(self, store):
        store.newest(*PLACE, KEK)
        content = self.file(store, 1).read_bytes()
        store.destroy(*PLACE, None)
        self.file(store, 1).write_bytes(content)
        self.file(store, 1).chmod(0o600)
        with refused("key_destroyed"):
            store.newest(*PLACE, KEK)
        assert len(store.destroy(*PLACE, None)) == 1

    def test_an_old_version_goes_alone_and_the_scope_goes_whole(self, store):
        store.newest(*PLACE, KEK)
        second = store.rotate(*PLACE, KEK).fingerprint
        assert [gone.version for gone in store.destroy(*PLACE, 1)] == [1]
        assert store.newest(*PLACE, KEK).fingerprint == second
        assert self.states(store) == [(1, "destroyed"), (2, "in use")]
        store.rotate(*PLACE, KEK)
        assert [gone.version for gone in store.destroy(*PLACE, None)] == [2, 3]

    def test_the_newest_destroyed_does_not_bring_an_older_back(self, store):
        store.newest(*PLACE, KEK)
        store.rotate(*PLACE, KEK)
        store.destroy(*PLACE, 2)
        with refused("key_destroyed"):
            store.newest(*PLACE, KEK)

    def test_the_bytes_are_overwritten_before_the_name_goes(self, store):
        store.newest(*PLACE, KEK)
        with self.file(store, 1).open("rb") as file:
            before = file.read()
            store.destroy(*PLACE, None)
            file.seek(0)
            assert file.read() == bytes(len(before))

    def test_killed_in_the_middle_it_is_refused_and_can_be_finished(self, store, monkeypatch):
        store.newest(*PLACE, KEK)

        def cut(_path):
            raise KeyboardInterrupt

        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(key_store, "overwrite_and_remove", cut)
            store.destroy(*PLACE, None)
        with refused("key_destroyed"):
            store.newest(*PLACE, KEK)
        (gone,) = store.destroy(*PLACE, None)
        assert len(gone.fingerprint) == 16
        assert not self.file(store, 1).exists()

    def test_a_damaged_set_can_be_destroyed_too(self, store):
        store.newest(*PLACE, KEK)
        self.file(store, 1).write_bytes(b"{")
        assert [one.fingerprint for one in store.listed()] == ["unreadable"]
        assert store.destroy(*PLACE, None)[0].fingerprint == "unreadable"

    @staticmethod
    def file(store, version):
        return store.home / "keysets" / "stapeling" / "2018H1" / f"v{version}.json"
