// The map: our own lines from GET /v1/map on plain paper, no tiles, no glyph server, no address
// outside this service. Loaded after the page is usable; without WebGL the page goes on without it.
import { LngLatBounds, Map as GlMap, Marker, NavigationControl, setWorkerUrl } from "maplibre-gl";
import type { ExpressionSpecification, GeoJSONSource, StyleSpecification } from "maplibre-gl";
import type { FeatureCollection } from "geojson";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { City, Journey } from "../shared/api";
import { lineColour } from "../shared/line_colours";
import type { Language, Words } from "../shared/words";

setWorkerUrl(workerUrl);

type Features = FeatureCollection;

const NOTHING: Features = { type: "FeatureCollection", features: [] };

// Drawn from fonts of the device, because the style names no glyph server.
const FONTS = ["Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", "Yu Gothic", "sans-serif"];
const BOLD_FONTS = ["Hiragino Sans Bold", "Noto Sans JP Bold", "Noto Sans CJK JP Bold", "sans-serif"];

const PAPER = "#f3efe4";
const isLayer = (name: string): ExpressionSpecification => ["==", ["get", "layer"], name];
const byZoom = (...stops: [number, number][]): ExpressionSpecification =>
  ["interpolate", ["exponential", 1.5], ["zoom"], ...stops.flat()] as ExpressionSpecification;

const nameIn = (language: Language): ExpressionSpecification =>
  language === "en"
    ? ["case", ["has", "name_en"], ["case", ["!=", ["get", "name_en"], ""], ["get", "name_en"], ["get", "name"]], ["get", "name"]]
    : ["get", "name"];

const MAIN_KINDS: ExpressionSpecification = ["in", ["get", "kind"], ["literal", ["station", "hub", "onsen"]]];
const roadRank: ExpressionSpecification = ["match", ["get", "class"], "trunk", 4, "primary", 3, "secondary", 2, "tertiary", 1, 0];
const roadWidth = (extra: number): ExpressionSpecification =>
  [
    "interpolate", ["exponential", 1.5], ["zoom"],
    10, ["+", extra, ["*", 0.55, roadRank]],
    14, ["+", extra + 2.5, ["*", 1.6, roadRank]],
    17, ["+", extra + 9, ["*", 3, roadRank]],
  ] as ExpressionSpecification;

function paperStyle(data: Features, language: Language): StyleSpecification {
  const round = { "line-cap": "round", "line-join": "round" } as const;
  return {
    version: 8,
    sources: {
      city: { type: "geojson", data },
      journey: { type: "geojson", data: NOTHING },
    },
    layers: [
      { id: "paper", type: "background", paint: { "background-color": PAPER } },
      { id: "road-edge", type: "line", source: "city", filter: isLayer("road"), layout: round,
        paint: { "line-color": "#d9d1be", "line-width": roadWidth(1.6) } },
      { id: "road", type: "line", source: "city", filter: isLayer("road"),
        layout: { ...round, "line-sort-key": roadRank },
        paint: { "line-color": ["match", ["get", "class"], "trunk", "#fbe9bf", "primary", "#fdf3d8", "#ffffff"], "line-width": roadWidth(0.6) } },
      { id: "rail", type: "line", source: "city", filter: isLayer("rail"), layout: round,
        paint: { "line-color": "#6f7482", "line-width": byZoom([10, 2], [15, 4.5]) } },
      { id: "rail-ties", type: "line", source: "city", filter: isLayer("rail"),
        paint: { "line-color": "#ffffff", "line-width": byZoom([10, 1], [15, 2.6]), "line-dasharray": [3, 3] } },
      { id: "line", type: "line", source: "city", filter: isLayer("line"), layout: round,
        paint: { "line-color": ["to-color", ["get", "color"], "#3a5a8c"], "line-width": byZoom([10, 1.2], [15, 3]), "line-opacity": 0.42 } },
      { id: "stop", type: "circle", source: "city", minzoom: 13, filter: isLayer("stop"),
        paint: { "circle-radius": byZoom([13, 2], [16, 5]), "circle-color": "#ffffff", "circle-stroke-color": "#4a5878", "circle-stroke-width": 1.4 } },
      { id: "journey-edge", type: "line", source: "journey", layout: round,
        paint: { "line-color": "#ffffff", "line-width": byZoom([10, 8], [16, 14]) } },
      { id: "journey-ride", type: "line", source: "journey", filter: ["!=", ["get", "mode"], "WALK"], layout: round,
        paint: { "line-color": ["get", "color"], "line-width": byZoom([10, 5], [16, 9]) } },
      { id: "journey-walk", type: "line", source: "journey", filter: ["==", ["get", "mode"], "WALK"],
        layout: { "line-cap": "round" },
        paint: { "line-color": ["get", "color"], "line-width": byZoom([10, 4], [16, 6]), "line-dasharray": [0.1, 1.9] } },
      { id: "stop-name", type: "symbol", source: "city", minzoom: 14, filter: isLayer("stop"),
        layout: { "text-field": nameIn(language), "text-font": FONTS, "text-size": 13, "text-anchor": "top", "text-offset": [0, 0.6], "text-max-width": 8 },
        paint: { "text-color": "#3d4763", "text-halo-color": PAPER, "text-halo-width": 1.8 } },
      { id: "place-name", type: "symbol", source: "city", minzoom: 11.4, filter: ["all", isLayer("place"), ["!", MAIN_KINDS]],
        layout: { "text-field": nameIn(language), "text-font": FONTS, "text-size": 14, "text-max-width": 8, "text-padding": 10 },
        paint: { "text-color": "#4a4a45", "text-halo-color": PAPER, "text-halo-width": 1.8 } },
      { id: "main-place-name", type: "symbol", source: "city", filter: ["all", isLayer("place"), MAIN_KINDS],
        layout: { "text-field": nameIn(language), "text-font": BOLD_FONTS, "text-size": byZoom([10, 13], [14, 17]), "text-max-width": 8, "text-padding": 6 },
        paint: { "text-color": "#1d2f5c", "text-halo-color": PAPER, "text-halo-width": 2.2 } },
    ],
  } as StyleSpecification;
}

/** The services' colours come with or without #. */
function withHash(data: Features): Features {
  for (const feature of data.features) {
    const colour = feature.properties?.color as unknown;
    if (typeof colour === "string" && /^[0-9a-f]{6}$/i.test(colour) && feature.properties) {
      feature.properties.color = `#${colour}`;
    }
  }
  return data;
}

/** Where people live and bathe; a city's bounds may reach far along a railway. */
function heartOf(data: Features): LngLatBounds | null {
  const bounds = new LngLatBounds();
  for (const { properties, geometry } of data.features) {
    const kind = properties?.kind as unknown;
    if (properties?.layer !== "place" || geometry.type !== "Point") continue;
    if (kind === "town" || kind === "hub" || kind === "onsen") {
      bounds.extend(geometry.coordinates as [number, number]);
    }
  }
  return bounds.isEmpty() ? null : bounds;
}

function markerElement(side: "from" | "to", text: string): HTMLElement {
  const element = document.createElement("div");
  element.className = `map-marker map-marker-${side}`;
  element.textContent = text;
  return element;
}

export interface MapView {
  show: (journey: Journey | null) => void;
  speak: (language: Language, words: Words) => void;
  resize: () => void;
}

const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Draw the city into `box`; rejects when the browser can't. */
export async function openMap(
  box: HTMLElement,
  city: City,
  language: Language,
  words: Words,
  narrow: boolean,
): Promise<MapView> {
  const response = await fetch("/v1/map");
  if (!response.ok) throw new Error(`map: ${response.status}`);
  const data = withHash((await response.json()) as Features);
  const [west, south, east, north] = city.map.bounds;
  const map = new GlMap({
    container: box,
    style: paperStyle(data, language),
    bounds: heartOf(data) ?? [west, south, east, north],
    fitBoundsOptions: { padding: narrow ? 32 : 56 },
    maxBounds: [west - 0.25, south - 0.2, east + 0.25, north + 0.2],
    maxZoom: 17,
    pitchWithRotate: false,
    dragRotate: false,
    attributionControl: false,
    // On a phone one finger scrolls the page; two move the map.
    cooperativeGestures: narrow,
    locale: {
      "NavigationControl.ZoomIn": words.mapZoomIn,
      "NavigationControl.ZoomOut": words.mapZoomOut,
      "CooperativeGesturesHandler.MobileHelpText": words.mapTwoFingers,
      "CooperativeGesturesHandler.WindowsHelpText": words.mapCtrlScroll,
      "CooperativeGesturesHandler.MacHelpText": words.mapCmdScroll,
      "Map.Title": words.mapTitle,
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  await new Promise<void>((resolve, reject) => {
    map.once("load", () => resolve());
    map.once("error", (event) => reject(event.error));
  });
  map.on("error", () => undefined);
  return viewOf(map, words);
}

function viewOf(map: GlMap, firstWords: Words): MapView {
  let words = firstWords;
  let shown: Journey | null = null;
  let markers: Marker[] = [];

  const fit = (): void => {
    if (!shown) return;
    const bounds = new LngLatBounds();
    for (const leg of shown.legs) {
      for (const point of [leg.from, leg.to]) bounds.extend([point.lon, point.lat]);
      for (const [lon, lat] of leg.geometry?.coordinates ?? []) bounds.extend([lon, lat]);
    }
    if (bounds.isEmpty()) return;
    const small = map.getContainer().clientWidth < 500;
    map.fitBounds(bounds, {
      padding: small ? { top: 56, bottom: 28, left: 40, right: 40 } : 90,
      maxZoom: 15.5,
      duration: calm() ? 0 : 600,
    });
  };

  const mark = (): void => {
    markers.forEach((marker) => marker.remove());
    markers = [];
    const first = shown?.legs[0];
    const last = shown?.legs.at(-1);
    if (!first || !last) return;
    const pins = [
      ["from", words.from, first.from],
      ["to", words.to, last.to],
    ] as const;
    markers = pins.map(([side, text, point]) =>
      new Marker({ element: markerElement(side, text), anchor: "bottom" })
        .setLngLat([point.lon, point.lat])
        .addTo(map),
    );
  };

  return {
    show(journey) {
      shown = journey;
      const features = (journey?.legs ?? []).map((leg) => ({
        type: "Feature" as const,
        properties: { mode: leg.mode, color: lineColour(leg) },
        geometry: leg.geometry ?? {
          type: "LineString" as const,
          coordinates: [
            [leg.from.lon, leg.from.lat],
            [leg.to.lon, leg.to.lat],
          ],
        },
      }));
      map.getSource<GeoJSONSource>("journey")?.setData({ type: "FeatureCollection", features });
      mark();
      fit();
    },
    speak(language, nextWords) {
      words = nextWords;
      for (const layer of ["stop-name", "place-name", "main-place-name"]) {
        map.setLayoutProperty(layer, "text-field", nameIn(language));
      }
      mark();
    },
    resize() {
      map.resize();
      fit();
    },
  };
}
