// How many travel: folded away, because most riders are one adult.
import type { Party } from "../shared/api";
import { useSpeech } from "../shared/language";
import { ChevronIcon, PersonIcon } from "../shared/icons";
import { mostChildSeats, sensible } from "./wish";

interface Props {
  party: Party;
  onChange: (party: Party) => void;
}

const MOST_OF_A_KIND = 9;

export function PartyField({ party, onChange }: Props) {
  const { words } = useSpeech();
  const people = party.adults + party.children;
  const rows: { kind: keyof Party; label: string; hint: string; least: number; most: number }[] = [
    { kind: "adults", label: words.adults, hint: "", least: party.children > 0 ? 0 : 1, most: MOST_OF_A_KIND },
    {
      kind: "children",
      label: words.children,
      hint: words.childrenHint,
      least: party.adults > 0 ? 0 : 1,
      most: MOST_OF_A_KIND,
    },
    { kind: "infants", label: words.infants, hint: words.infantsHint, least: 0, most: MOST_OF_A_KIND },
    {
      kind: "wheelchairs",
      label: words.wheelchairs,
      hint: words.wheelchairsHint,
      least: 0,
      most: people,
    },
    {
      kind: "child_seats",
      label: words.childSeats,
      hint: words.childSeatsHint,
      least: 0,
      most: mostChildSeats(party),
    },
    { kind: "luggage", label: words.luggage, hint: words.luggageHint, least: 0, most: MOST_OF_A_KIND },
  ];
  return (
    <details class="party">
      <summary>
        <PersonIcon size={24} />
        <span>
          <span class="visually-hidden">{words.party}: </span>
          {words.partySummary(party)}
        </span>
        <span class="party-change">
          {words.partyChange} <ChevronIcon size={20} />
        </span>
      </summary>
      {rows.map(({ kind, label, hint, least, most }) => (
        <Stepper
          key={kind}
          kind={kind}
          label={label}
          hint={hint}
          value={party[kind]}
          least={least}
          most={most}
          onChange={(value) => onChange(sensible({ ...party, [kind]: value }))}
        />
      ))}
    </details>
  );
}

interface StepperProps {
  kind: string;
  label: string;
  hint: string;
  value: number;
  least: number;
  most: number;
  onChange: (value: number) => void;
}

function Stepper({ kind, label, hint, value, least, most, onChange }: StepperProps) {
  const { words } = useSpeech();
  return (
    <div class="stepper" role="group" aria-label={label} data-testid={`party-${kind}`}>
      <span class="stepper-label">
        {label}
        {hint && <small>{hint}</small>}
      </span>
      <button
        type="button"
        aria-label={words.fewer(label)}
        disabled={value <= least}
        onClick={() => onChange(value - 1)}
      >
        −
      </button>
      <output aria-live="polite">{value}</output>
      <button
        type="button"
        aria-label={words.more(label)}
        disabled={value >= most}
        onClick={() => onChange(value + 1)}
      >
        +
      </button>
    </div>
  );
}
