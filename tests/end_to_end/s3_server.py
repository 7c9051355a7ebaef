"""A server that speaks S3 for a test session, with one bucket; it checks who asks by a signature, as S3 does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
import moto.settings
from moto.core.authorization import ActionAuthenticatorMixin
from moto.server import ThreadedMotoServer

BUCKET = "leveringen"
_REGION = "eu-west-1"
_READER = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


@dataclass(frozen=True, repr=False)
class S3Server:
    """A server at work.

    Attributes:
        connection: what a reader of the bucket has to know.
    """

    connection: dict[str, str]

    @property
    def client(self) -> Any:
        return _client("s3", self.connection["endpoint_url"], self.connection["key"], self.connection["secret"])

    def upload(self, folder: Path, to: str) -> None:
        for path in sorted(folder.iterdir()):
            self.client.upload_file(str(path), BUCKET, f"{to}/{path.name}")


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Starts a server with a bucket and one user; from then on it asks everybody for a signature."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    place = f"http://{host}:{port}"
    try:
        # What an earlier server of this process held is still there.
        urlopen(Request(f"{place}/moto-api/reset", method="POST"), timeout=10).close()  # noqa: S310 - our own server
        _client("s3", place, "maker", "maker").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": _REGION}
        )
        people = _client("iam", place, "maker", "maker")
        people.create_user(UserName="lezer")
        people.put_user_policy(UserName="lezer", PolicyName="lezen", PolicyDocument=json.dumps(_READER))
        key = people.create_access_key(UserName="lezer")["AccessKey"]
        ActionAuthenticatorMixin.request_count = moto.settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
        yield S3Server(
            {
                "key": key["AccessKeyId"],
                "secret": key["SecretAccessKey"],
                "region": _REGION,
                "endpoint_url": place,
            }
        )
    finally:
        moto.settings.INITIAL_NO_AUTH_ACTION_COUNT = float("inf")
        server.stop()


def _client(service: str, place: str, key: str, secret: str) -> Any:
    return boto3.client(
        service, endpoint_url=place, region_name=_REGION, aws_access_key_id=key, aws_secret_access_key=secret
    )
