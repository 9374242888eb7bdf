// Our own line icons on a 24 × 24 grid; decorative, so hidden from screen readers.
import type { ComponentChildren } from "preact";

function Icon({ children, size = 24 }: { children: ComponentChildren; size?: number | undefined }) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

interface Sized {
  size?: number;
}

export const WalkIcon = ({ size }: Sized) => (
  <Icon size={size}>
    <circle cx="13" cy="4.2" r="1.7" fill="currentColor" stroke="none" />
    <path d="M12.6 8.2 9.8 10.4 9 13.4M12.6 8.2l-.8 5.6 3 3 .9 4.4M12.6 8.2l2 2.8 2.9 1M11.8 13.8 10.6 17 7.6 21" />
  </Icon>
);
export const BusIcon = ({ size }: Sized) => (
  <Icon size={size}>
    <rect x="4" y="4" width="16" height="14" rx="2.5" />
    <path d="M4 12h16M8 18v2M16 18v2" />
    <path d="M7.6 15.1h.01M16.4 15.1h.01" stroke-width="2.6" />
  </Icon>
);
export const RailIcon = ({ size }: Sized) => (
  <Icon size={size}>
    <rect x="5.5" y="3" width="13" height="14" rx="4" />
    <path d="M5.5 10.5h13M8.5 17 6 21M15.5 17l2.5 4" />
    <path d="M9.3 13.8h.01M14.7 13.8h.01" stroke-width="2.6" />
  </Icon>
);
export const VanIcon = ({ size }: Sized) => (
  <Icon size={size}>
    <path d="M3 16V8.5A1.5 1.5 0 0 1 4.5 7H14l4.6 4.4 2.4 1V16h-2M15 16H9.4M5.4 16H3M13.5 7v4.5h5" />
    <circle cx="7.4" cy="16.6" r="2" />
    <circle cx="17" cy="16.6" r="2" />
  </Icon>
);
export const FerryIcon = ({ size }: Sized) => (
  <Icon size={size}>
    <path d="M4 13h16l-2.4 5H6.4zM7 13V8h8l2 5M11 8V5M3 21c1.5 0 1.5-.8 3-.8s1.5.8 3 .8 1.5-.8 3-.8 1.5.8 3 .8 1.5-.8 3-.8 1.5.8 3 .8" />
  </Icon>
);
export const WheelchairIcon = ({ size }: Sized) => (
  <Icon size={size}>
    <circle cx="10.5" cy="4" r="1.6" fill="currentColor" stroke="none" />
    <path d="M10.5 7.5v6h5l2.5 5M10.5 10h4M8 11.6a4.7 4.7 0 1 0 6 6.4" />
  </Icon>
);
export const SwapIcon = ({ size }: Sized) => (
  <Icon size={size}>
    <path d="M8 4v15M8 4 4.5 7.5M8 4l3.5 3.5M16 20V5M16 20l-3.5-3.5M16 20l3.5-3.5" />
  </Icon>
);
export const ChevronIcon = ({ size }: Sized) => (
  <Icon size={size}>
    <path d="m6 9.5 6 6 6-6" />
  </Icon>
);
export const ArrowIcon = ({ size }: Sized) => (
  <Icon size={size}>
    <path d="M4 12h15M13.5 6.5 19 12l-5.5 5.5" />
  </Icon>
);
export const CrossIcon = ({ size }: Sized) => (
  <Icon size={size}>
    <path d="M6.5 6.5l11 11M17.5 6.5l-11 11" />
  </Icon>
);
export const PersonIcon = ({ size }: Sized) => (
  <Icon size={size}>
    <circle cx="12" cy="7.5" r="3.5" />
    <path d="M5 20.5c.6-4 3.3-6 7-6s6.4 2 7 6" />
  </Icon>
);
export const PhoneIcon = ({ size }: Sized) => (
  <Icon size={size}>
    <path d="M6.5 3.5h3l1.5 4-2 1.6a12 12 0 0 0 5.9 5.9l1.6-2 4 1.5v3a2 2 0 0 1-2.2 2A16.5 16.5 0 0 1 4.5 5.7a2 2 0 0 1 2-2.2z" />
  </Icon>
);
export const CheckIcon = ({ size }: Sized) => (
  <Icon size={size}>
    <path d="m5 12.5 4.5 4.5L19 7.5" />
  </Icon>
);
export const ClockIcon = ({ size }: Sized) => (
  <Icon size={size}>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7v5l3.5 2" />
  </Icon>
);
export const WarnIcon = ({ size }: Sized) => (
  <Icon size={size}>
    <path d="M12 4 2.8 20h18.4zM12 10v4.5" />
    <path d="M12 17.2h.01" stroke-width="2.6" />
  </Icon>
);
export const GlobeIcon = ({ size }: Sized) => (
  <Icon size={size}>
    <circle cx="12" cy="12" r="8.8" />
    <path d="M3.2 12h17.6M12 3.2c3 2.6 4 5.6 4 8.8s-1 6.2-4 8.8c-3-2.6-4-5.6-4-8.8s1-6.2 4-8.8z" />
  </Icon>
);

export function ModeIcon({ mode, size }: { mode: string } & Sized) {
  switch (mode) {
    case "WALK":
      return <WalkIcon {...(size ? { size } : {})} />;
    case "ON_DEMAND":
      return <VanIcon {...(size ? { size } : {})} />;
    case "RAIL":
    case "TRAM":
    case "SUBWAY":
    case "MONORAIL":
      return <RailIcon {...(size ? { size } : {})} />;
    case "FERRY":
      return <FerryIcon {...(size ? { size } : {})} />;
    default:
      return <BusIcon {...(size ? { size } : {})} />;
  }
}
