import { render } from "preact";
import { SpeechProvider } from "../shared/language";
import "../shared/base.css";
import "./account.css";
import { AccountPage } from "./app";

const root = document.getElementById("app");
if (root) {
  render(
    <SpeechProvider>
      <AccountPage />
    </SpeechProvider>,
    root,
  );
}
