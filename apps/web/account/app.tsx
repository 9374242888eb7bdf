// The account page: signing in, one's own data, and who looked at them.
import { useEffect, useState } from "preact/hooks";
import { asProblem, getCity } from "../shared/api";
import type { City, Problem } from "../shared/api";
import { Footer, Header } from "../shared/layout";
import { useSpeech, useTitle } from "../shared/language";
import { ProblemNotice } from "../shared/problem_notice";
import { OwnData } from "./own_data";
import { broughtByAddress, getAccount, signIn } from "./requests";
import type { Account } from "./requests";
import { SignInForm } from "./sign_in_form";

export function AccountPage() {
  const { words } = useSpeech();
  const [brought] = useState(broughtByAddress);
  const [city, setCity] = useState<City | null>(null);
  // Undefined: not known yet; null: nobody is signed in.
  const [account, setAccount] = useState<Account | null | undefined>(undefined);
  const [problem, setProblem] = useState<Problem | null>(null);
  useTitle(`${words.accountTitle} – ${words.siteName}`);
  useEffect(() => {
    getCity().then(setCity, () => undefined);
    const refused = (error: unknown): void => {
      const failed = asProblem(error);
      if (failed.code !== "not_signed_in") setProblem(failed);
      setAccount(null);
    };
    const arriving = brought
      ? signIn(brought).catch((error: unknown) => {
          // Who fails to link a provider stays signed in.
          setProblem(asProblem(error));
          return getAccount();
        })
      : getAccount();
    arriving.then(setAccount, refused);
  }, [brought]);
  return (
    <>
      <Header city={city} />
      <main id="main" class="account-page">
        <h1>{words.accountTitle}</h1>
        {problem && <ProblemNotice problem={problem} onRetry={() => location.reload()} />}
        {account === undefined && <p role="status">{words.loading}</p>}
        {account === null && (
          <SignInForm
            onProblem={setProblem}
            onSignedIn={(signedIn) => {
              setProblem(null);
              setAccount(signedIn);
            }}
          />
        )}
        {account && (
          <OwnData
            account={account}
            timezone={city?.timezone ?? "Asia/Tokyo"}
            onChange={setAccount}
            onProblem={setProblem}
          />
        )}
      </main>
      <Footer city={city} />
    </>
  );
}
