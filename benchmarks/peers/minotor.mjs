// node --expose-gc minotor.mjs ZIP QUERIES DAY MAX_TRANSFERS OUT
// minotor answers earliest arrivals only; it has no range query.
import { Query, Router, Time } from "minotor";
import { GtfsParser } from "minotor/parser";
import { heapBytes, measure, rows, write } from "./measure.mjs";

const [zip, queryFile, day, maxTransfers, out] = process.argv.slice(2);
const before = process.cpuUsage();
const { timetable, stopsIndex } = await new GtfsParser(zip).parse(new Date(`${day}T12:00:00`));
const router = new Router(timetable, stopsIndex);
const { user, system } = process.cpuUsage(before);

function earliest({ from_stop, to_stop, departure_s }) {
  const query = new Query.Builder()
    .from(from_stop)
    .to(to_stop)
    .departureTime(Time.fromSeconds(+departure_s))
    .maxTransfers(+maxTransfers)
    .build();
  const result = router.route(query);
  return [result.arrivalAt(to_stop), result.bestRoute(), +departure_s];
}

// It names no trips, so that a ride is any trip (*) with these two calls.
function stepOf(leg) {
  const [from, to] = [leg.from.id, leg.to.id];
  if (!("route" in leg)) return ["", from, 0, to, leg.minTransferTime?.toSeconds() ?? 0];
  return ["*", from, leg.departureTime.toSeconds(), to, leg.arrivalTime.toSeconds()];
}

function plain([arrival, route, departure_s]) {
  if (!arrival || arrival.time.toSeconds() >= Number.MAX_SAFE_INTEGER) return [];
  const steps = (route?.legs ?? []).map(stepOf);
  const rides = steps.filter(([trip]) => trip).length;
  return [[departure_s, arrival.time.toSeconds(), rides - 1, steps]];
}

const queries = rows(queryFile);
const heap = heapBytes();
const ea = measure(queries, 20, earliest).map(({ ms, found }) => ({ ms, found: plain(found) }));
write(out, { load_s: (user + system) / 1e6, array_bytes: heap, ea, range: null });
