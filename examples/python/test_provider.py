"""What the conformance runner cannot see from outside: defects, crashes, events.

python -m unittest
"""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import unittest
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import httpx

from contract import LONGEST_BODY
from cron import Cron

HERE = Path(__file__).parent
PATIENCE = 300.0

EXPERIMENT = {"name": "a/x", "version": "1", "description": ""}
PIPELINE = {"pipelineDefinition": {"name": "a/p", "version": "1"}, "compiledPipeline": {"big": 10**30}}
RUN = {
    "name": "a/r",
    "version": "1",
    "pipelineName": "a/p",
    "pipelineVersion": "1",
    "runConfigurationName": "",
    "experimentName": "",
    "parameters": {"": ""},
    "artifacts": [{"name": "model", "path": "trainer:model:0[x == 1]"}],
    "triggerIndicator": {"type": "", "source": "", "sourceNamespace": ""},
}
SCHEDULE = {**RUN, "name": "a/s", "runConfigurationName": "a/rc", "schedule": {"cronExpression": "* * * * * *"}}


@contextmanager
def provider(**env: str) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """The example on free ports, and a client that has seen it ready."""
    env = {"PATH": os.environ["PATH"], "SERVER_PORT": "0", "METRICS_PORT": "0", "SERVER_HOST": "127.0.0.1", **env}
    command = [sys.executable, str(HERE / "app.py")]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout
            url = process.stdout.readline().removeprefix("listening on ").strip()
            with httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE) as client:
                wait_ready(client)
                yield process, client
        finally:
            process.kill()


def wait_ready(client: httpx.Client) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if client.get("/readyz").status_code == 204:
                return
        except httpx.TransportError:
            pass
        if time.monotonic() > deadline:
            raise TimeoutError(f"{client.base_url} is not ready")
        time.sleep(0.05)


@contextmanager
def webhook(answers: list[int]) -> Iterator[tuple[str, "Queue[tuple[str, str, bytes]]"]]:
    """An operator that gives these answers, then 200, and its letters: path, content type, body."""
    letters: Queue[tuple[str, str, bytes]] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(answers.pop(0) if answers else 200)
            self.end_headers()
            letters.put((self.path, self.headers["Content-Type"], body))

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/events", letters
    finally:
        server.shutdown()
        server.server_close()


class ProviderTest(unittest.TestCase):
    def test_what_was_acknowledged_survives_a_kill(self) -> None:
        with TemporaryDirectory() as folder:
            file = f"{folder}/provider.db"
            with provider(PARAMETERS_DATABASE=file) as (process, client):
                id_ = client.post("/resource/experiment", json=EXPERIMENT).json()["id"]
                process.kill()
            with provider(PARAMETERS_DATABASE=file) as (_, client):
                again = client.post("/resource/experiment", json=EXPERIMENT)
                self.assertEqual(again.json(), {"id": id_})
                self.assertEqual(client.delete(f"/resource/experiment/{id_}").json(), {})

    def test_a_defect_is_answered_in_json_with_the_id(self) -> None:
        with TemporaryDirectory() as folder:
            file = f"{folder}/provider.db"
            with provider(PARAMETERS_DATABASE=file) as (_, client), closing(sqlite3.connect(file)) as other:
                id_ = client.post("/resource/experiment", json=EXPERIMENT).json()["id"]
                other.execute("BEGIN EXCLUSIVE")
                url = f"/resource/experiment/{id_}"
                for answer in (client.put(url, json=EXPERIMENT), client.delete(url)):
                    self.assertEqual(answer.status_code, 500)
                    self.assertEqual(answer.json()["id"], id_)
                    self.assertTrue(answer.json()["providerError"])
                created = client.post("/resource/experiment", json=EXPERIMENT)
                self.assertEqual((created.status_code, list(created.json())), (500, ["providerError"]))
                self.assertEqual(client.get("/livez").status_code, 204)
                self.assertEqual(client.get("/readyz").status_code, 503)
                other.execute("ROLLBACK")
                self.assertEqual(client.get("/readyz").status_code, 204)
                self.assertEqual(client.delete(url).status_code, 200)

    def test_ends_on_sigterm(self) -> None:
        with provider() as (process, _):
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)

    def test_refusals(self) -> None:
        deep = '{"a":' * 1000 + "1" + "}" * 1000
        table = [
            ("not a number of JSON", "POST", "/resource/pipeline", '{"a": NaN}', 400),
            ("a byte order mark", "POST", "/resource/experiment", "\ufeff{}", 400),
            ("half a surrogate", "POST", "/resource/experiment", r'{"name": "\ud800"}', 400),
            ("too deep", "POST", "/resource/pipeline", deep, 400),
            ("a number for a time", "POST", "/resource/runschedule", schedule(startTime=0), 422),
            ("a time without zone", "POST", "/resource/runschedule", schedule(endTime="2030-01-01T00:00:00"), 422),
            ("a day that never comes", "POST", "/resource/runschedule", schedule(cronExpression="0 0 30 2 *"), 422),
            ("a weekday too many", "POST", "/resource/runschedule", schedule(cronExpression="0 0 * * 7"), 422),
            ("a zone that is none", "POST", "/resource/runschedule", schedule(cronExpression="TZ=X 0 0 * * *"), 422),
            ("an unknown pipeline", "POST", "/resource/run", json.dumps(RUN), 422),
            ("a slash in the id", "PUT", "/resource/experiment/a%2Fb", json.dumps(EXPERIMENT), 404),
            ("a percent sign in the id", "PUT", "/resource/experiment/a%252Fb", json.dumps(EXPERIMENT), 404),
            ("an id that is not UTF-8", "PUT", "/resource/experiment/%FF", json.dumps(EXPERIMENT), 404),
            ("a slash at the end", "POST", "/resource/experiment/", json.dumps(EXPERIMENT), 404),
        ]
        ids = {"/a%2Fb": "a/b", "/a%252Fb": "a%2Fb", "/%FF": "\ufffd"}
        with provider() as (_, client):
            for what, method, path, body, status in table:
                with self.subTest(what):
                    headers = {"Content-Type": "application/json"}
                    answer = client.request(method, path, content=body.encode(), headers=headers)
                    self.assertEqual(answer.status_code, status, answer.text)
                    self.assertTrue(answer.json()["providerError"])
                    expected = next((id_ for end, id_ in ids.items() if path.endswith(end)), None)
                    self.assertEqual(answer.json().get("id"), expected)
            self.assertEqual(client.delete("/resource/experiment/a%2Fb").json(), {})
            self.assertEqual(client.get("/resource/experiment/x").headers["Allow"], "DELETE, PUT")
            self.assertEqual(client.get("/openapi.json").status_code, 404)
            self.assertEqual(client.head("/nope").content, b"")

    def test_a_body_without_end_is_cut_off(self) -> None:
        """Chunks that are never finished. No byte more than the limit needs: a close would swallow the answer."""
        size = LONGEST_BODY + 1
        head = (
            "POST /resource/pipeline HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Transfer-Encoding: chunked\r\n\r\n{size:x}\r\n"
        )
        with provider() as (_, client):
            address = (client.base_url.host, client.base_url.port)
            with socket.create_connection(address, PATIENCE) as connection:
                connection.sendall(head.encode() + b" " * size)
                answer = b"".join(iter(lambda: connection.recv(4096), b""))
            self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), answer)
            self.assertIn(b"connection: close", answer)
            self.assertIn(b'{"providerError":"body: longer than', answer)
            self.assertEqual(client.get("/livez").status_code, 204)

    def test_events_are_repeated_until_taken(self) -> None:
        with webhook([500]) as (url, letters):
            env = {"PROVIDERNAME": "team/example", "OPERATORWEBHOOK": url, "PIPELINEROOTSTORAGE": "s3://x/"}
            with provider(**env) as (_, client):
                client.post("/resource/pipeline", json=PIPELINE)
                id_ = client.post("/resource/run", json=RUN).json()["id"]
                first, second = letters.get(timeout=PATIENCE), letters.get(timeout=PATIENCE)
        self.assertEqual(first, second)
        path, content_type, body = first
        self.assertEqual((path, content_type), ("/events", "application/json"))
        event = json.loads(body)
        self.assertLessEqual(event.pop("runStartTime"), event.pop("runEndTime"))
        artifact = {"uri": f"s3://x/{id_}/trainer/model", "metadata": {}}
        component = {"name": "trainer", "componentArtifacts": [{"name": "model", "artifacts": [artifact]}]}
        self.assertEqual(
            event,
            {
                "status": "succeeded",
                "pipelineName": "a/p",
                "runName": "a/r",
                "runId": id_,
                "pipelineComponents": [component],
                "provider": "team/example",
            },
        )

    def test_schedules_start_runs(self) -> None:
        with (
            webhook([]) as (url, letters),
            provider(PROVIDERNAME="team/example", OPERATORWEBHOOK=url) as (_, client),
        ):
            answer = client.post("/resource/runschedule", json=SCHEDULE)
            self.assertEqual(answer.status_code, 201, answer.text)
            events = [json.loads(letters.get(timeout=PATIENCE)[2]) for _ in range(2)]
        self.assertNotEqual(events[0]["runId"], events[1]["runId"])
        for event in events:
            self.assertEqual((event["runConfigurationName"], event["status"]), ("a/rc", "failed"))  # no pipeline
            self.assertNotIn("runName", event)

    def test_a_deployment_is_reached_by_both_families(self) -> None:
        loopbacks = ["127.0.0.1", "::1"] if socket.has_dualstack_ipv6() else ["127.0.0.1"]
        with provider(PROVIDERNAME="team/example", SERVER_HOST="") as (process, client):
            assert process.stdout
            metrics = httpx.URL(process.stdout.readline().removeprefix("metrics on ").strip())
            for loopback in loopbacks:
                with self.subTest(loopback):
                    ready = client.get(client.base_url.copy_with(host=loopback).join("/readyz"))
                    self.assertEqual(ready.status_code, 204)
                    told = client.get(metrics.copy_with(host=loopback).join("/metrics"))
                    self.assertIn("provider_request_seconds", told.text)

    def test_the_environment_is_checked_as_a_whole(self) -> None:
        env = {
            "PATH": os.environ["PATH"],
            "SERVER_HOST": "nowhere",
            "SERVER_PORT": "http",
            "METRICS_PORT": "70000",
            "PROVIDERNAME": "nameless",
        }
        ended = subprocess.run([sys.executable, str(HERE / "app.py")], env=env, capture_output=True, text=True)
        self.assertNotEqual(ended.returncode, 0)
        for name in ("SERVER_HOST", "SERVER_PORT", "METRICS_PORT", "PROVIDERNAME"):
            self.assertIn(f"{name}: ", ended.stderr)

    def test_a_port_that_is_taken_is_told(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            for variable, other in (("SERVER_PORT", "METRICS_PORT"), ("METRICS_PORT", "SERVER_PORT")):
                with self.subTest(variable):
                    env = {"PATH": os.environ["PATH"], "SERVER_HOST": "127.0.0.1", variable: port, other: "0"}
                    ended = subprocess.run(
                        [sys.executable, str(HERE / "app.py")], env=env, capture_output=True, text=True
                    )
                    self.assertEqual(ended.returncode, 1)
                    self.assertIn("cannot listen on 127.0.0.1", ended.stderr)
                    self.assertNotIn("Traceback", ended.stderr)


class CronTest(unittest.TestCase):
    """What robfig/cron makes of texts; `interop/cron.sh` compares many more with it."""

    def test_next_times(self) -> None:
        table = [
            ("5/15 * * * *", "2027-05-07T04:21:00+00:00", "2027-05-07T04:35:00+00:00"),
            ("*/10 * * * * *", "2027-05-07T04:15:03+00:00", "2027-05-07T04:15:10+00:00"),
            ("0 0 ? JAN-mar ?", "2027-05-07T04:21:00+00:00", "2028-01-01T00:00:00+00:00"),
            ("0 0 13 * fri", "2027-05-07T00:00:00+00:00", "2027-05-13T00:00:00+00:00"),
            ("@weekly", "2027-05-07T00:00:00+00:00", "2027-05-09T00:00:00+00:00"),
            ("@every 1h30m0.9s", "2027-05-07T04:21:00.5+00:00", "2027-05-07T05:51:00+00:00"),
            ("CRON_TZ=Europe/Berlin 30 2 28 3 *", "2027-03-27T12:00:00+00:00", "2028-03-28T00:30:00+00:00"),
            ("TZ=Europe/Berlin 30 2 31 10 *", "2027-10-31T00:30:00+00:00", "2027-10-31T01:30:00+00:00"),
            ("0 0 30 2 *", "2027-05-07T00:00:00+00:00", None),
            (", * * * * *", "2027-05-07T00:00:00+00:00", None),
        ]
        for text, now, expected in table:
            with self.subTest(text):
                found = Cron.parse(text).next_after(datetime.fromisoformat(now))
                self.assertEqual(found, expected and datetime.fromisoformat(expected))

    def test_refusals(self) -> None:
        fields = ["", "* * * *", "60 * * * *", "* * * * 7", "5-1 * * * *", "*/0 * * * *", "1/2/3 * * * *"]
        texts = [*fields, "@reboot", "@every x", "TZ=UTC"]
        for text in texts:
            with self.subTest(text), self.assertRaises(ValueError):
                Cron.parse(text)


def schedule(**fields: object) -> str:
    return json.dumps({**SCHEDULE, "schedule": fields})


if __name__ == "__main__":
    unittest.main()
