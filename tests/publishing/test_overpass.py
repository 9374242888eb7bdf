"""Streets from an Overpass server: a loopback one that answers as Overpass does."""

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pytest
from typer.testing import CliRunner

from apps.cli.main import app
from maas.publishing.errors import StreetsNotFetchedError
from maas.publishing.overpass import download_from_overpass
from maas.publishing.streets import fetch_streets
from routing.streets import UNREACHABLE, StreetNetwork

# Nodes every 0.001 degrees, and no version of anything: Overpass gives none with "out body".
#
#   1---2---3    From 1 by 2 to 5 the turn is forbidden; 2-3 has a raised kerb at 6 on its way,
#       |        and stairs lead from 3 to 4.
#   4   5
ANSWER = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6" generator="Overpass API 0.7.62.4">
<note>The data included in this document is from www.openstreetmap.org.</note>
<meta osm_base="2026-11-20T00:00:00Z"/>
  <node id="1" lat="36.301" lon="136.300"/>
  <node id="2" lat="36.301" lon="136.301"/>
  <node id="3" lat="36.301" lon="136.302"/>
  <node id="4" lat="36.300" lon="136.302"/>
  <node id="5" lat="36.300" lon="136.301"/>
  <node id="6" lat="36.301" lon="136.3015"><tag k="kerb" v="raised"/></node>
  <way id="10"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way>
  <way id="11"><nd ref="2"/><nd ref="6"/><nd ref="3"/><tag k="highway" v="footway"/></way>
  <way id="12"><nd ref="2"/><nd ref="5"/><tag k="highway" v="residential"/></way>
  <way id="13"><nd ref="3"/><nd ref="4"/><tag k="highway" v="steps"/></way>
  <relation id="20">
    <member type="way" ref="10" role="from"/>
    <member type="node" ref="2" role="via"/>
    <member type="way" ref="12" role="to"/>
    <tag k="restriction" v="no_right_turn"/><tag k="type" v="restriction"/>
  </relation>
</osm>
"""
BOUNDS = (136.29, 36.29, 136.31, 36.31)


@dataclass
class Overpass:
    """What the server answers, and what it was asked."""

    url: str = ""
    status: int = 200
    body: str = ANSWER
    queries: list[str] = field(default_factory=list)


@pytest.fixture
def overpass() -> Iterator[Overpass]:
    state = Overpass()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            state.queries.append(parse_qs(form)["data"][0])
            self.send_response(state.status)
            self.end_headers()
            self.wfile.write(state.body.encode())

        def log_request(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/api/interpreter"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def city(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "city.toml").write_text(f"id = 'hill'\n[map]\nbounds = {json.dumps(BOUNDS)}\n")
    return folder


def test_turns_kerbs_and_steps_come_along(overpass: Overpass, city: Path) -> None:
    found = fetch_streets(city, download=partial(download_from_overpass, url=overpass.url))

    assert (found.roads, found.turn_restrictions) == (4, 1)
    streets = StreetNetwork.load(city / "streets.osm.pbf", None)
    lat, lon = np.array([36.301, 36.301, 36.3, 36.3]), np.array([136.3, 136.302, 136.302, 136.301])
    cars = streets.snap(lat[[0, 3]], lon[[0, 3]])
    assert streets.drive_pairs_s(cars[:1], cars[1:])[0] == UNREACHABLE
    assert streets.drive_pairs_s(cars[1:], cars[:1])[0] != UNREACHABLE
    places = streets.anchor(lat, lon)
    walks = streets.walk_many(places.take(np.array([0])), places, 999)
    assert np.abs(walks - [0, 179, 290, 201]).max() <= 1
    # A wheelchair passes neither kerb nor stairs: places behind them are tied to this side.
    assert (places.off_m == 0).all()
    assert (streets.anchor(lat, lon, "wheelchair").off_m > 100).tolist() == [0, 1, 1, 0]


def test_one_query_asks_for_ways_their_nodes_and_turn_restrictions(
    overpass: Overpass, tmp_path: Path
) -> None:
    download_from_overpass(BOUNDS, tmp_path / "streets.osm", overpass.url)
    (query,) = overpass.queries
    assert 'way["highway"](36.29,136.29,36.31,136.31)->.streets;' in query
    assert "node(w.streets);" in query
    assert 'relation(bw.streets)["type"="restriction"];' in query
    assert query.startswith("[out:xml]")
    assert (tmp_path / "streets.osm").read_text() == ANSWER


@pytest.mark.parametrize(
    ("status", "body", "message", "reason"),
    [
        (429, "", r"is busy\. Try again in some minutes, or give a file", "HTTP 429"),
        (504, "", "is busy", "HTTP 504"),
        (400, "parse error", r"refused \(HTTP 400\)\. Name another with --overpass", "HTTP 400"),
        (200, ANSWER[:700], "did not finish its answer", "the answer ends too early"),
        (200, "", "did not finish its answer", "the answer ends too early"),
        (200, "<html>rate limited</html>", "did not finish", "the answer ends too early"),
        (
            200,
            ANSWER.replace("</osm>", "<remark> runtime error: Query timed out </remark></osm>"),
            "make the bounds of city.toml smaller",
            "runtime error: Query timed out",
        ),
    ],
)
def test_no_answer_changes_nothing(
    overpass: Overpass, city: Path, status: int, body: str, message: str, reason: str
) -> None:
    overpass.status, overpass.body = status, body
    before = (city / "city.toml").read_text()
    with pytest.raises(StreetsNotFetchedError, match=message) as caught:
        fetch_streets(city, download=partial(download_from_overpass, url=overpass.url))
    assert caught.value.params["reason"] == reason
    assert [path.name for path in city.iterdir()] == ["city.toml"]
    assert (city / "city.toml").read_text() == before


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/api", "nowhere", "http://"])
def test_a_server_that_is_not_there(city: Path, url: str) -> None:
    with pytest.raises(StreetsNotFetchedError, match="could not be reached"):
        fetch_streets(city, download=partial(download_from_overpass, url=url))


def test_the_command_tells_what_came(overpass: Overpass, city: Path) -> None:
    arguments = ["city", "fetch-streets", str(city), "--overpass", overpass.url]
    told = CliRunner().invoke(app, [*arguments, "--json"])
    assert told.exit_code == 0
    assert json.loads(told.stdout)["turn_restrictions"] == 1
    assert "turn restrictions: 1" in CliRunner().invoke(app, arguments).stdout
    shutil.rmtree(city)
