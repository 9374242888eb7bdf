// Other ways into an account: passkeys and providers of identity.
import { useEffect, useState } from "preact/hooks";
import { asProblem } from "../shared/api";
import type { Problem } from "../shared/api";
import { useSpeech } from "../shared/language";
import {
  addPasskey,
  canKeepPasskeys,
  getProviders,
  goToProvider,
  removePasskey,
  renamePasskey,
  unlinkIdentity,
} from "./requests";
import type { Account, Passkey, Provider } from "./requests";

const nameOf = (name: Record<string, string>, language: string): string =>
  name[language] ?? Object.values(name)[0] ?? "";

interface ButtonsProps {
  /** The providers that open the account already; null to sign in. */
  linked: string[] | null;
  onProblem: (problem: Problem | null) => void;
}

export function ProviderButtons({ linked, onProblem }: ButtonsProps) {
  const { language, words } = useSpeech();
  const [providers, setProviders] = useState<Provider[]>([]);
  useEffect(() => {
    // Without them the other ways are of use all the same.
    getProviders().then(setProviders, () => undefined);
  }, []);
  return (
    <>
      {providers
        .filter((one) => !linked?.includes(one.id))
        .map((one) => (
          <button
            key={one.id}
            type="button"
            class="button quiet-button"
            data-testid={`provider-${one.id}`}
            onClick={() => {
              onProblem(null);
              goToProvider(one.id, language, linked !== null).catch((error: unknown) =>
                onProblem(asProblem(error)),
              );
            }}
          >
            {(linked ? words.linkProvider : words.signInWith)(nameOf(one.name, language))}
          </button>
        ))}
    </>
  );
}

interface WaysProps {
  account: Account;
  onChange: (account: Account) => void;
  onProblem: (problem: Problem | null) => void;
}

/** The ways into one's own account, and more of them. */
export function WaysIn({ account, onChange, onProblem }: WaysProps) {
  const { language, words } = useSpeech();
  const [name, setName] = useState(words.passkey);
  /** Change something, and show the account as it is then. */
  const attempt = async (act: () => Promise<Account | null>): Promise<void> => {
    onProblem(null);
    try {
      const changed = await act();
      if (changed) onChange(changed);
    } catch (error) {
      onProblem(asProblem(error));
    }
  };
  const { identities, passkeys } = account;
  return (
    <section class="sheet" data-testid="ways-in">
      <h2>{words.waysInTitle}</h2>
      <ul>
        {passkeys.map((one) => (
          <PasskeyItem
            key={one.id}
            passkey={one}
            onRename={(changed) =>
              attempt(async () => {
                const renamed = await renamePasskey(one.id, changed);
                return { ...account, passkeys: passkeys.map((key) => (key.id === one.id ? renamed : key)) };
              })
            }
            onRemove={() =>
              attempt(async () => {
                await removePasskey(one.id);
                return { ...account, passkeys: passkeys.filter((key) => key.id !== one.id) };
              })
            }
          />
        ))}
        {identities.map((one) => (
          <li key={one.id}>
            {nameOf(one.name, language)}{" "}
            <button
              type="button"
              class="button quiet-button"
              onClick={() =>
                void attempt(async () => {
                  await unlinkIdentity(one.id);
                  return { ...account, identities: identities.filter((other) => other.id !== one.id) };
                })
              }
            >
              {words.removeWay(nameOf(one.name, language))}
            </button>
          </li>
        ))}
      </ul>
      {canKeepPasskeys() && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void attempt(async () => {
              const added = await addPasskey(name.trim());
              return added && { ...account, passkeys: [...passkeys, added] };
            });
          }}
        >
          <p>{words.passkeyWhy}</p>
          <label class="field">
            <span>{words.passkeyName}</span>
            <input
              required
              maxLength={60}
              data-testid="passkey-name"
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="button main-button" data-testid="passkey-add">
            {words.addPasskey}
          </button>
        </form>
      )}
      <ProviderButtons linked={identities.map((one) => one.provider)} onProblem={onProblem} />
    </section>
  );
}

interface PasskeyProps {
  passkey: Passkey;
  onRename: (name: string) => Promise<void>;
  onRemove: () => Promise<void>;
}

function PasskeyItem({ passkey, onRename, onRemove }: PasskeyProps) {
  const { words } = useSpeech();
  const [name, setName] = useState<string | null>(null);
  if (name === null)
    return (
      <li data-testid="passkey">
        {passkey.name}{" "}
        <button type="button" class="button quiet-button" onClick={() => setName(passkey.name)}>
          {words.renamePasskey(passkey.name)}
        </button>{" "}
        <button type="button" class="button quiet-button" data-testid="passkey-remove" onClick={() => void onRemove()}>
          {words.removeWay(passkey.name)}
        </button>
      </li>
    );
  return (
    <li>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void onRename(name.trim()).then(() => setName(null));
        }}
      >
        <label class="field">
          <span>{words.passkeyName}</span>
          <input
            required
            maxLength={60}
            data-testid="passkey-rename"
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button quiet-button">
          {words.saveData}
        </button>
      </form>
    </li>
  );
}
