// node --expose-gc raptor_journey_planner.mjs FOLDER QUERIES DAY WINDOW_S OUT
// Gives raptor-journey-planner the exported day directly: its own loader fails on some feeds.
import { createRequire } from "node:module";
import { join } from "node:path";
import { heapBytes, measure, rows, seconds, timed, write } from "./measure.mjs";

const require = createRequire(import.meta.url);
const { RaptorAlgorithmFactory } = require("raptor-journey-planner/dist/src/raptor/RaptorAlgorithmFactory");
const { JourneyFactory } = require("raptor-journey-planner/dist/src/results/JourneyFactory");
const { GroupStationDepartAfterQuery } =
  require("raptor-journey-planner/dist/src/query/GroupStationDepartAfterQuery");

const [folder, queryFile, day, windowText, out] = process.argv.slice(2);
const date = new Date(`${day}T12:00:00Z`);
const everyDay = { runsOn: () => true };

function load() {
  const trips = new Map();
  for (const row of rows(join(folder, "stop_times.txt"))) {
    if (!trips.has(row.trip_id)) {
      trips.set(row.trip_id, { tripId: row.trip_id, serviceId: "day", service: everyDay, stopTimes: [] });
    }
    trips.get(row.trip_id).stopTimes.push({
      stop: row.stop_id,
      arrivalTime: seconds(row.arrival_time),
      departureTime: seconds(row.departure_time),
      pickUp: row.pickup_type === "0",
      dropOff: row.drop_off_type === "0",
    });
  }
  const transfers = {};
  for (const row of rows(join(folder, "transfers.txt"))) {
    (transfers[row.from_stop_id] ??= []).push({
      origin: row.from_stop_id,
      destination: row.to_stop_id,
      duration: +row.min_transfer_time,
      startTime: 0,
      endTime: Number.MAX_SAFE_INTEGER,
    });
  }
  return RaptorAlgorithmFactory.create([...trips.values()], transfers, {});
}

const [loadMs, raptor] = timed(load);
// One day only: the exported day is the last one, too.
const query = new GroupStationDepartAfterQuery(raptor, new JourneyFactory(), 1);
const rides = (journey) => journey.legs.filter((leg) => leg.stopTimes).length;
const plain = (journey) => [
  journey.departureTime,
  journey.arrivalTime,
  rides(journey) - 1,
  journey.legs.map((leg) => (leg.stopTimes ? "R" : "W")).join(""),
];

function earliest({ from_stop, to_stop, departure_s }) {
  return query.plan([from_stop], [to_stop], date, +departure_s).filter((j) => rides(j) > 0);
}

// The loop of its RangeQuery, which would turn for ever on journeys without any ride: they leave at 0.
function range({ from_stop, to_stop, departure_s }) {
  const found = [];
  const end = +departure_s + +windowText;
  for (let time = +departure_s; time < end; ) {
    const more = earliest({ from_stop, to_stop, departure_s: time });
    if (more.length === 0) break;
    found.push(...more);
    time = Math.min(...more.map((journey) => journey.departureTime)) + 1;
  }
  return found;
}

const queries = rows(queryFile);
const heap = heapBytes();
const ea = measure(queries, 20, earliest).map(({ ms, found }) => ({ ms, found: found.map(plain) }));
const all = measure(queries, 3, range).map(({ ms, found }) => ({ ms, found: found.map(plain) }));
write(out, { load_s: loadMs / 1000, array_bytes: heap, ea, range: all });
