"""Writing the street network as OpenStreetMap PBF, the same bytes every time."""

from pathlib import Path

import osmium
from streets import Streets


def write_streets(streets: Streets, path: Path) -> None:
    """Write nodes and ways.

    Ids are positions; there are no versions and no timestamps. The blocks are not compressed, so
    that the bytes do not depend on the compression library.

    Parameters
    ----------
    streets : Streets
        The network.
    path : Path
        Target ``.osm.pbf`` file, replaced when it exists.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    header = osmium.io.Header()
    header.set("generator", "meguri-city")
    target = osmium.io.File(str(path), "pbf,pbf_compression=none,add_metadata=false")
    writer = osmium.SimpleWriter(target, header=header, overwrite=True)
    try:
        for number, (lat, lon) in enumerate(streets.points, start=1):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(lon, lat)))
        for number, way in enumerate(streets.ways, start=1):
            tags = {"highway": way.highway, "maxspeed": str(way.speed_kmh)}
            if way.name:
                tags["name"] = way.name
            if way.ref:
                tags["ref"] = way.ref
            nodes = [node + 1 for node in way.nodes]
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=tags))
    finally:
        writer.close()
