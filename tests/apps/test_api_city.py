"""The city, its map, its places, its prices, its health."""

from fastapi.testclient import TestClient


def test_the_city_describes_itself(client: TestClient) -> None:
    city = client.get("/v1/city").json()
    assert city["id"] == "toytown"
    assert city["streets"] == "straight_lines"
    assert (city["first_day"], city["last_day"]) == ("2026-04-01", "2029-03-31")
    assert city["now"].startswith("2026-11-24T09:0")


def test_the_map_is_geojson_and_is_not_sent_twice(client: TestClient) -> None:
    first = client.get("/v1/map")
    layers = {feature["properties"]["layer"] for feature in first.json()["features"]}
    assert {"stop"} <= layers
    again = client.get("/v1/map", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_products_come_once(client: TestClient) -> None:
    first = client.get("/v1/products")
    tag = {"If-None-Match": first.headers["etag"]}
    again = client.get("/v1/products", headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = client.get("/v1/products?language=en", headers={"If-None-Match": '"0"'})
    assert other.status_code == 200


def test_places_as_one_types(client: TestClient) -> None:
    for typed in ("s", "st", "stat", "Station", "stasion"):
        places = client.get("/v1/places", params={"q": typed}).json()["places"]
        assert "station" in [place["name"] for place in places], typed


def test_health(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "database": True, "events": True}


def test_openapi_names_every_route_and_its_errors(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/v1/plans", "/v1/bookings", "/v1/places", "/v1/city"} <= set(paths)
    assert {"409", "410", "422"} <= set(paths["/v1/bookings"]["post"]["responses"])


def test_products_are_listed(client: TestClient) -> None:
    assert client.get("/v1/products").json()["currency"] == "JPY"
