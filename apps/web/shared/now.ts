// The service's clock: what counts as "now" must not depend on a device whose clock is wrong.
let aheadMs = 0;

export function setClock(serviceNow: string): void {
  const ahead = new Date(serviceNow).getTime() - Date.now();
  aheadMs = Number.isFinite(ahead) ? ahead : 0;
}

export const now = (): Date => new Date(Date.now() + aheadMs);
