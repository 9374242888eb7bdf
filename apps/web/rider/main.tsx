import { render } from "preact";
import { SpeechProvider } from "../shared/language";
import "../shared/base.css";
import "./wish.css";
import "./rider.css";
import { App } from "./app";

const root = document.getElementById("app");
if (root) {
  render(
    <SpeechProvider>
      <App />
    </SpeechProvider>,
    root,
  );
}
