// What is known of a person, what was verified, who looked at it, and the way out.
import { useEffect, useState } from "preact/hooks";
import { asProblem } from "../shared/api";
import type { Problem } from "../shared/api";
import { clock, dayInWords, dayOf } from "../shared/format";
import { useSpeech } from "../shared/language";
import { changeAccount, closeAccount, getAudit, setPassword, signOut } from "./requests";
import type { Account, AuditEntry } from "./requests";
import { Devices } from "./devices";
import { WaysIn } from "./ways_in";

interface Props {
  account: Account;
  timezone: string;
  onChange: (account: Account | null) => void;
  onProblem: (problem: Problem | null) => void;
}

export function OwnData({ account, timezone, onChange, onProblem }: Props) {
  const { language, words } = useSpeech();
  const [name, setName] = useState(account.name);
  const [phone, setPhone] = useState(account.phone);
  const [saved, setSaved] = useState("");
  const [closing, setClosing] = useState(false);

  /** Do something, and say so; what fails is shown and nothing is lost. */
  const attempt = async (act: () => Promise<void>): Promise<void> => {
    onProblem(null);
    setSaved("");
    try {
      await act();
    } catch (error) {
      onProblem(asProblem(error));
    }
  };
  const day = (instant: string): string => dayInWords(dayOf(instant, timezone), language);
  const valid = account.attributes.filter((one) => !one.revoked);

  return (
    <>
      <form
        class="sheet"
        data-testid="own-data"
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(async () => {
            onChange(await changeAccount({ name, phone }));
            setSaved(words.savedData);
          });
        }}
      >
        <p>
          {words.signedInAs} <strong>{account.email || words.noAddress}</strong>
        </p>
        <label class="field">
          <span>{words.ownName}</span>
          <input
            autocomplete="name"
            data-testid="own-name"
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{words.ownPhone}</span>
          <input
            type="tel"
            autocomplete="tel"
            value={phone}
            onInput={(event) => setPhone(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button main-button" data-testid="save-data">
          {words.saveData}
        </button>
        <p role="status">{saved}</p>
      </form>
      {valid.length > 0 && (
        <section class="sheet">
          <h2>{words.verifiedTitle}</h2>
          <ul>
            {valid.map((one) => (
              <li key={one.id}>
                {words.attributes[one.kind]}
                {one.valid_until && ` – ${words.validUntil(day(one.valid_until))}`}
              </li>
            ))}
          </ul>
        </section>
      )}
      {account.memberships.length > 0 && (
        <a class="button main-button" href="/driver" data-testid="to-driver">
          {words.driverTitle}
        </a>
      )}
      <WaysIn account={account} onChange={onChange} onProblem={onProblem} />
      <PasswordForm
        hasPassword={account.has_password}
        onSave={(password, current) =>
          attempt(async () => {
            await setPassword(password, current);
            onChange({ ...account, has_password: true });
            setSaved(words.passwordSaved);
          })
        }
      />
      <Devices timezone={timezone} onSignedOut={() => onChange(null)} onProblem={onProblem} />
      <Reads timezone={timezone} />
      <section class="sheet">
        <button
          type="button"
          class="button quiet-button"
          data-testid="sign-out"
          onClick={() =>
            void attempt(async () => {
              await signOut();
              onChange(null);
            })
          }
        >
          {words.signOut}
        </button>
        <a class="button quiet-button" href="/v1/account/export" download data-testid="export">
          {words.exportData}
        </a>
        {closing ? (
          <>
            <p>{words.closeSure}</p>
            <button
              type="button"
              class="button danger-button"
              data-testid="close-confirm"
              onClick={() =>
                void attempt(async () => {
                  await closeAccount();
                  onChange(null);
                })
              }
            >
              {words.closeYes}
            </button>
            <button type="button" class="button quiet-button" onClick={() => setClosing(false)}>
              {words.closeNo}
            </button>
          </>
        ) : (
          <button type="button" class="button quiet-button" onClick={() => setClosing(true)}>
            {words.closeAccount}
          </button>
        )}
      </section>
    </>
  );
}

interface PasswordProps {
  hasPassword: boolean;
  onSave: (password: string, current: string) => Promise<void>;
}

function PasswordForm({ hasPassword, onSave }: PasswordProps) {
  const { words } = useSpeech();
  const [password, setText] = useState("");
  const [current, setCurrent] = useState("");
  return (
    <details class="sheet">
      <summary>{hasPassword ? words.changePassword : words.choosePassword}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void onSave(password, current).then(() => {
            setText("");
            setCurrent("");
          });
        }}
      >
        {hasPassword && (
          <label class="field">
            <span>{words.currentPassword}</span>
            <input
              type="password"
              autocomplete="current-password"
              value={current}
              onInput={(event) => setCurrent(event.currentTarget.value)}
            />
          </label>
        )}
        <label class="field">
          <span>{words.newPassword}</span>
          <input
            type="password"
            minLength={10}
            required
            autocomplete="new-password"
            value={password}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button main-button">
          {words.savePassword}
        </button>
      </form>
    </details>
  );
}

/** The part of the log that is about this person: the newest acts of others and their own. */
function Reads({ timezone }: { timezone: string }) {
  const { language, words } = useSpeech();
  const [entries, setEntries] = useState<AuditEntry[]>([]);
  useEffect(() => {
    // Without the log the rest of the page is of use all the same.
    getAudit().then(setEntries, () => undefined);
  }, []);
  return (
    <details class="sheet">
      <summary>{words.auditTitle}</summary>
      <p>{words.auditWhy}</p>
      <ul data-testid="audit">
        {entries.map((entry) => (
          <li key={entry.id}>
            <time dateTime={entry.at}>
              {dayInWords(dayOf(entry.at, timezone), language)} {clock(entry.at, timezone)}
            </time>{" "}
            {words.auditActions[entry.action as keyof typeof words.auditActions] ?? entry.action}
            {entry.purpose && ` (${entry.purpose})`} – {words.auditBy[entry.by]}
          </li>
        ))}
      </ul>
    </details>
  );
}
