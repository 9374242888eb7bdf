// Signing in: by a link in a mail, for which nothing need be remembered; or by a password.
import { useState } from "preact/hooks";
import { asProblem } from "../shared/api";
import type { Problem } from "../shared/api";
import { useSpeech } from "../shared/language";
import { ProviderButtons } from "./ways_in";
import { canKeepPasskeys, mailLink, signIn, signInByPasskey } from "./requests";
import type { Account } from "./requests";

interface Props {
  onSignedIn: (account: Account) => void;
  onProblem: (problem: Problem | null) => void;
}

export function SignInForm({ onSignedIn, onProblem }: Props) {
  const { language, words } = useSpeech();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [withPassword, setWithPassword] = useState(false);
  const [sent, setSent] = useState(false);
  const [busy, setBusy] = useState(false);

  const submit = async (): Promise<void> => {
    setBusy(true);
    onProblem(null);
    try {
      if (withPassword) onSignedIn(await signIn({ email, password }));
      else {
        await mailLink(email, language);
        setSent(true);
      }
    } catch (error) {
      onProblem(asProblem(error));
    }
    setBusy(false);
  };

  if (sent)
    return (
      <p class="sheet" role="status" data-testid="link-sent">
        {words.linkSent(email)}
      </p>
    );
  return (
    <form
      class="sheet"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit();
      }}
    >
      <p>{words.signInWhy}</p>
      <label class="field">
        <span>{words.email}</span>
        <input
          type="email"
          required
          autocomplete="email"
          data-testid="email"
          value={email}
          onInput={(event) => setEmail(event.currentTarget.value)}
        />
      </label>
      {withPassword && (
        <label class="field">
          <span>{words.password}</span>
          <input
            type="password"
            required
            autocomplete="current-password"
            data-testid="password"
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
      )}
      <button type="submit" class="button main-button" data-testid="sign-in" disabled={busy}>
        {withPassword ? words.signIn : words.mailMeLink}
      </button>
      <button type="button" class="button quiet-button" onClick={() => setWithPassword(!withPassword)}>
        {withPassword ? words.ratherByLink : words.ratherByPassword}
      </button>
      {canKeepPasskeys() && (
        <button
          type="button"
          class="button quiet-button"
          data-testid="passkey-sign-in"
          onClick={() => {
            onProblem(null);
            signInByPasskey().then(
              (account) => account && onSignedIn(account),
              (error: unknown) => onProblem(asProblem(error)),
            );
          }}
        >
          {words.signInByPasskey}
        </button>
      )}
      <ProviderButtons linked={null} onProblem={onProblem} />
    </form>
  );
}
