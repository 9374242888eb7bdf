// The account side of the API. The session is a cookie that no script can read.
import { ask } from "../shared/api";

export interface Attribute {
  id: string;
  kind: "resident" | "senior" | "child" | "disability" | "e_resident" | "companion";
  verified: string;
  valid_until: string | null;
  revoked: string | null;
}

export interface Account {
  id: string;
  email: string;
  name: string;
  phone: string;
  language: string;
  has_password: boolean;
  memberships: { organisation: string; role: string }[];
  attributes: Attribute[];
}

export interface AuditEntry {
  id: number;
  at: string;
  actor: string;
  action: string;
  purpose: string;
}

/** The token of a mailed link, taken out of the address at once. */
export function linkFromAddress(): string {
  const token = new URLSearchParams(location.hash.slice(1)).get("link") ?? "";
  if (token) history.replaceState(null, "", location.pathname + location.search);
  return token;
}

export const mailLink = (email: string, language: string): Promise<unknown> =>
  ask("/v1/login-links", { method: "POST", body: { email, language } });

export const signIn = async (way: { link: string } | { email: string; password: string }): Promise<Account> =>
  (await ask<{ account: Account }>("/v1/sessions", { method: "POST", body: way })).account;

export const signOut = (): Promise<unknown> => ask("/v1/sessions/current", { method: "DELETE" });

export const getAccount = (): Promise<Account> => ask<Account>("/v1/account");

export const changeAccount = (change: { name: string; phone: string }): Promise<Account> =>
  ask<Account>("/v1/account", { method: "PATCH", body: change });

export const setPassword = (password: string, current: string): Promise<unknown> =>
  ask("/v1/account/password", { method: "PUT", body: { password, current } });

export const closeAccount = (): Promise<unknown> => ask("/v1/account", { method: "DELETE" });

export const getAudit = async (): Promise<AuditEntry[]> =>
  (await ask<{ entries: AuditEntry[] }>("/v1/account/audit")).entries;
