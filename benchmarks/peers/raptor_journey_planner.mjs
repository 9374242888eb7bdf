// node --expose-gc raptor_journey_planner.mjs FOLDER QUERIES DAY WINDOW_S OUT
// Gives raptor-journey-planner the exported day directly: its own loader fails on some feeds. Asks
// again with one part of its code corrected at a time, so that every difference has a cause.
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
  return [[...trips.values()], transfers];
}

/** Takes the first trip of a route that leaves in time, whatever was taken before. */
class WholeScanner {
  constructor(tripsByRoute) {
    this.tripsByRoute = tripsByRoute;
  }

  getTrip(routeId, stopIndex, time) {
    let best;
    for (const trip of this.tripsByRoute[routeId]) {
      const leaves = trip.stopTimes[stopIndex].departureTime;
      if (leaves >= time && !(best?.stopTimes[stopIndex].departureTime <= leaves)) best = trip;
    }
    return best;
  }
}

/** Routes in which no trip overtakes another at any stop. */
class OrderedRoutes extends RaptorAlgorithmFactory {
  static getRouteId(trip, tripsByRoute) {
    const path = trip.stopTimes.map((s) => s.stop + (s.pickUp ? 1 : 0) + (s.dropOff ? 1 : 0)).join();
    const follows = (other) =>
      trip.stopTimes.every(
        (s, at) =>
          s.departureTime >= other.stopTimes[at].departureTime &&
          s.arrivalTime >= other.stopTimes[at].arrivalTime,
      );
    let routeId = path;
    while (tripsByRoute[routeId] && !follows(tripsByRoute[routeId].at(-1))) routeId += "+";
    return routeId;
  }
}

/** At a stop that the ride improves looks for an earlier trip, too. */
function scanRoutesAtEveryStop(results, routeScanner, markedStops) {
  const queue = this.queueFactory.getQueue(markedStops);
  for (const [routeId, first] of Object.entries(queue)) {
    const path = this.routePath[routeId];
    let trip;
    let boardingPoint = -1;
    for (let at = this.routeStopIndex[routeId][first]; at < path.length; at++) {
      const here = trip?.stopTimes[at];
      if (here?.dropOff && here.arrivalTime < results.bestArrival(path[at])) {
        results.setTrip(trip, boardingPoint, at, 0);
      }
      const ready = results.previousArrival(path[at]);
      const other = ready && (!here || ready <= here.departureTime) && routeScanner.getTrip(routeId, at, ready);
      if (other && other !== trip) [trip, boardingPoint] = [other, at];
    }
  }
}

// One day only: the exported day is the last one, too.
const queryOf = (raptor) => new GroupStationDepartAfterQuery(raptor, new JourneyFactory(), 1);

function corrected(data, { scanner, routes, riding }) {
  const [trips, transfers] = data;
  const raptor = (routes ? OrderedRoutes : RaptorAlgorithmFactory).create([...trips], transfers, {});
  const { tripsByRoute } = raptor.routeScannerFactory;
  if (scanner) raptor.routeScannerFactory = { create: () => new WholeScanner(tripsByRoute) };
  if (riding) raptor.scanRoutes = scanRoutesAtEveryStop;
  return queryOf(raptor);
}

const [loadMs, [data, raptor]] = timed(() => {
  const data = load();
  return [data, RaptorAlgorithmFactory.create([...data[0]], data[1], {})];
});
const query = queryOf(raptor);
const rides = (journey) => journey.legs.filter((leg) => leg.stopTimes).length;
const plain = (journey) => [
  journey.departureTime,
  journey.arrivalTime,
  rides(journey) - 1,
  journey.legs.map(stepOf),
];

function stepOf({ trip, origin, destination, duration, stopTimes }) {
  if (!stopTimes) return ["", origin, 0, destination, duration];
  return [trip.tripId, origin, stopTimes[0].departureTime, destination, stopTimes.at(-1).arrivalTime];
}

function earliest({ from_stop, to_stop, departure_s }, asked = query) {
  return asked.plan([from_stop], [to_stop], date, +departure_s).filter((j) => rides(j) > 0);
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
const corrections = Object.entries({
  scanner: { scanner: true },
  routes: { routes: true },
  riding: { riding: true },
  "scanner and routes": { scanner: true, routes: true },
  "scanner, routes and riding": { scanner: true, routes: true, riding: true },
}).map(([name, parts]) => [name, corrected(data, parts)]);
queries.forEach((asked, at) => {
  ea[at].corrected = Object.fromEntries(
    corrections.map(([name, other]) => {
      const arrivals = earliest(asked, other).map((journey) => journey.arrivalTime);
      return [name, arrivals.length ? Math.min(...arrivals) : null];
    }),
  );
});
const all = measure(queries, 3, range).map(({ ms, found }) => ({ ms, found: found.map(plain) }));
write(out, { load_s: loadMs / 1000, array_bytes: heap, ea, range: all });
