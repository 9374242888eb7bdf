// Other ways into an account: providers of identity.
import { useEffect, useState } from "preact/hooks";
import { asProblem } from "../shared/api";
import type { Problem } from "../shared/api";
import { useSpeech } from "../shared/language";
import { getProviders, goToProvider, unlinkIdentity } from "./requests";
import type { Account, Provider } from "./requests";

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
  const unlink = async (id: string): Promise<void> => {
    onProblem(null);
    try {
      await unlinkIdentity(id);
      onChange({ ...account, identities: account.identities.filter((one) => one.id !== id) });
    } catch (error) {
      onProblem(asProblem(error));
    }
  };
  return (
    <section class="sheet" data-testid="ways-in">
      <h2>{words.waysInTitle}</h2>
      {account.identities.length > 0 && (
        <ul>
          {account.identities.map((one) => (
            <li key={one.id}>
              {nameOf(one.name, language)}{" "}
              <button type="button" class="button quiet-button" onClick={() => void unlink(one.id)}>
                {words.removeWay(nameOf(one.name, language))}
              </button>
            </li>
          ))}
        </ul>
      )}
      <ProviderButtons linked={account.identities.map((one) => one.provider)} onProblem={onProblem} />
    </section>
  );
}
