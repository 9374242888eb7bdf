// The account side of the API. The session is a cookie that no script can read.
import { ask } from "../shared/api";

export interface Attribute {
  id: string;
  kind: "resident" | "senior" | "child" | "disability" | "e_resident" | "companion";
  verified: string;
  valid_until: string | null;
  revoked: string | null;
}

export interface Provider {
  id: string;
  name: Record<string, string>;
}

export interface Identity {
  id: string;
  provider: string;
  name: Record<string, string>;
  since: string;
  used: string;
}

export interface Passkey {
  id: string;
  name: string;
  created: string;
  used: string | null;
}

export interface Account {
  id: string;
  email: string;
  name: string;
  phone: string;
  language: string;
  has_password: boolean;
  memberships: { organisation: string; role: string }[];
  identities: Identity[];
  passkeys: Passkey[];
  attributes: Attribute[];
}

export interface AuditEntry {
  id: number;
  at: string;
  actor: string;
  by: "self" | "staff" | "service" | "provider" | "stranger";
  action: string;
  purpose: string;
}

export type WayIn = Record<string, string>;

/** What a mailed link or a provider of identity brought here, taken out of the address at once. */
export function broughtByAddress(): WayIn | null {
  const link = new URLSearchParams(location.hash.slice(1)).get("link");
  const asked = new URLSearchParams(location.search);
  const answer: WayIn = {};
  for (const name of ["state", "code", "iss", "error"]) {
    const text = asked.get(name);
    if (text) answer[name] = text;
    asked.delete(name);
  }
  if (!link && !answer.state) return null;
  const rest = asked.toString();
  history.replaceState(null, "", location.pathname + (rest ? `?${rest}` : ""));
  return link ? { link } : answer;
}

export const mailLink = (email: string, language: string): Promise<unknown> =>
  ask("/v1/login-links", { method: "POST", body: { email, language } });

export const signIn = async (way: WayIn | { passkey: unknown }): Promise<Account> =>
  (await ask<{ account: Account }>("/v1/sessions", { method: "POST", body: way })).account;

export const getProviders = async (): Promise<Provider[]> =>
  (await ask<{ providers: Provider[] }>("/v1/identity-providers")).providers;

/** Go to a provider of identity; it comes back to this page. */
export async function goToProvider(provider: string, language: string, link: boolean): Promise<void> {
  const path = `/v1/identity-providers/${encodeURIComponent(provider)}/questions`;
  const { url } = await ask<{ url: string }>(path, { method: "POST", body: { language, link } });
  location.assign(url);
}

export const unlinkIdentity = (id: string): Promise<unknown> =>
  ask(`/v1/account/identities/${encodeURIComponent(id)}`, { method: "DELETE" });

/** Whether this browser can keep passkeys for this address; it cannot for a number. */
export const canKeepPasskeys = (): boolean =>
  "PublicKeyCredential" in window &&
  "parseCreationOptionsFromJSON" in PublicKeyCredential &&
  !/^[\d.]+$|:/.test(location.hostname);

/** Ask the device; null when its owner thought better of it. */
async function askDevice(ask: () => Promise<Credential | null>): Promise<unknown> {
  try {
    return (await ask()) as PublicKeyCredential | null;
  } catch (error) {
    if (error instanceof DOMException && ["NotAllowedError", "AbortError", "InvalidStateError"].includes(error.name))
      return null;
    throw error;
  }
}

/** Sign in by a passkey; null when none was chosen. */
export async function signInByPasskey(): Promise<Account | null> {
  const { options } = await ask<{ options: PublicKeyCredentialRequestOptionsJSON }>("/v1/passkey-challenges", {
    method: "POST",
  });
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const passkey = await askDevice(() => navigator.credentials.get({ publicKey }));
  return passkey ? signIn({ passkey }) : null;
}

/** Make a passkey in this device; null when its owner thought better of it. */
export async function addPasskey(name: string): Promise<Passkey | null> {
  const { options } = await ask<{ options: PublicKeyCredentialCreationOptionsJSON }>("/v1/account/passkey-options", {
    method: "POST",
  });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const credential = await askDevice(() => navigator.credentials.create({ publicKey }));
  return credential ? ask<Passkey>("/v1/account/passkeys", { method: "POST", body: { name, credential } }) : null;
}

const passkeyPath = (id: string): string => `/v1/account/passkeys/${encodeURIComponent(id)}`;

export const renamePasskey = (id: string, name: string): Promise<Passkey> =>
  ask<Passkey>(passkeyPath(id), { method: "PATCH", body: { name } });

export const removePasskey = (id: string): Promise<unknown> => ask(passkeyPath(id), { method: "DELETE" });

export interface Device {
  id: string;
  device: string;
  created: string;
  is_current: boolean;
}

export const getDevices = async (): Promise<Device[]> =>
  (await ask<{ sessions: Device[] }>("/v1/account/sessions")).sessions;

export const signDeviceOut = (id: string): Promise<unknown> =>
  ask(`/v1/account/sessions/${encodeURIComponent(id)}`, { method: "DELETE" });

export const signOutEverywhere = (): Promise<unknown> => ask("/v1/account/sessions", { method: "DELETE" });

export const signOut = (): Promise<unknown> => ask("/v1/sessions/current", { method: "DELETE" });

export const getAccount = (): Promise<Account> => ask<Account>("/v1/account");

export const changeAccount = (change: { name: string; phone: string }): Promise<Account> =>
  ask<Account>("/v1/account", { method: "PATCH", body: change });

export const setPassword = (password: string, current: string): Promise<unknown> =>
  ask("/v1/account/password", { method: "PUT", body: { password, current } });

export const closeAccount = (): Promise<unknown> => ask("/v1/account", { method: "DELETE" });

export const getAudit = async (): Promise<AuditEntry[]> =>
  (await ask<{ entries: AuditEntry[] }>("/v1/account/audit")).entries;
