// Where the map is shown: beside the list, or on narrow screens inside the open card. One map
// serves both; its element moves between the two slots and keeps what it has drawn.
import { useEffect, useRef, useState } from "preact/hooks";
import type { City, Journey } from "../shared/api";
import { useSpeech } from "../shared/language";
import type { MapView } from "./map_view";

export type MapState = "waiting" | "ready" | "missing";

export interface MapHandle {
  state: MapState;
  element: HTMLElement;
  view: MapView | null;
}

const NARROW = "(max-width: 899px)";

export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const media = matchMedia(NARROW);
    const listen = (): void => setNarrow(media.matches);
    media.addEventListener("change", listen);
    return () => media.removeEventListener("change", listen);
  }, []);
  return narrow;
}

export function useMap(city: City | null, shown: Journey | null): MapHandle {
  const { language, words } = useSpeech();
  const [element] = useState(() => {
    const box = document.createElement("div");
    box.className = "map-box";
    return box;
  });
  const [state, setState] = useState<MapState>("waiting");
  const view = useRef<MapView | null>(null);

  useEffect(() => {
    if (!city) return;
    import("./map_view")
      .then(({ openMap }) => openMap(element, city, language, words, matchMedia(NARROW).matches))
      .then((opened) => {
        view.current = opened;
        setState("ready");
      })
      .catch(() => {
        // No WebGL, or no map data: the list says everything the map would.
        element.replaceChildren();
        setState("missing");
      });
    // The map is opened once; language and journey reach it by the effects below.
  }, [city]);

  useEffect(() => view.current?.speak(language, words), [language, state]);
  useEffect(() => view.current?.show(shown), [shown, state]);
  return { state, element, view: view.current };
}

export function MapSlot({ map, active }: { map: MapHandle; active: boolean }) {
  const { words } = useSpeech();
  const slot = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!active || !slot.current || map.state === "missing") return;
    slot.current.append(map.element);
    map.view?.resize();
  }, [active, map.state]);
  if (!active) return null;
  return (
    <div class="map-slot" data-testid="map" data-state={map.state}>
      {map.state === "missing" ? <p class="map-missing">{words.mapMissing}</p> : <div ref={slot} class="map-frame" />}
    </div>
  );
}
