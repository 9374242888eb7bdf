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

// R for a ride, W for a walk, ! where a leg begins before the one before it has ended.
function legsOf(route, departure_s) {
  let now = departure_s;
  let text = "";
  for (const leg of route?.legs ?? []) {
    if ("route" in leg) {
      const [leaves, arrives] = [leg.departureTime.toSeconds(), leg.arrivalTime.toSeconds()];
      text += leaves < now || arrives < leaves ? "!R" : "R";
      now = arrives;
    } else {
      text += "W";
      now += leg.minTransferTime?.toSeconds() ?? 0;
    }
  }
  return text;
}

function plain([arrival, route, departure_s]) {
  if (!arrival || arrival.time.toSeconds() >= Number.MAX_SAFE_INTEGER) return [];
  const legs = legsOf(route, departure_s);
  return [[departure_s, arrival.time.toSeconds(), legs.replaceAll(/[W!]/g, "").length - 1, legs]];
}

const queries = rows(queryFile);
const heap = heapBytes();
const ea = measure(queries, 20, earliest).map(({ ms, found }) => ({ ms, found: plain(found) }));
write(out, { load_s: (user + system) / 1e6, array_bytes: heap, ea, range: null });
